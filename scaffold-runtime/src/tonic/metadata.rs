//! Metadata.

use tonic::metadata::MetadataMap;

use crate::Metadata;

/// Values that are not printable ASCII are left out, as gRPC does not allow
/// them.
impl From<MetadataMap> for Metadata {
    fn from(metadata: MetadataMap) -> Metadata {
        Metadata::from_headers(&metadata.into_headers())
    }
}

/// The order of different names is not kept.
impl From<Metadata> for MetadataMap {
    fn from(metadata: Metadata) -> MetadataMap {
        MetadataMap::from_headers(metadata.into_headers())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_bytes_go_there_and_back() {
        let mut ours = Metadata::new();
        ours.append("x-a", "1").unwrap();
        ours.append("x-a", "2").unwrap();
        ours.insert_bin("x-b-bin", [0, 255]).unwrap();
        let theirs = MetadataMap::from(ours.clone());
        let all: Vec<_> = theirs.get_all("x-a").iter().collect();
        assert_eq!(all, ["1", "2"]);
        let bytes = theirs.get_bin("x-b-bin").unwrap().to_bytes().unwrap();
        assert_eq!(bytes, &[0, 255][..]);
        assert_eq!(Metadata::from(theirs), ours);
    }
}
