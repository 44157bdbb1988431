//! Histograms of nanoseconds: three significant digits, memory only for what is
//! used, and a text form for saved runs.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::Histogram as Hdr;
use hdrhistogram::serialization::{Deserializer, Serializer, V2DeflateSerializer};
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Serialize};

/// Values with three significant digits, from 1 ns up, whatever their range.
///
/// Nothing is ever left out or sampled: an [HdrHistogram] that grows with its
/// largest value. An empty one takes no memory. In saved runs it is the
/// "V2 compressed" form in base64, as other tools write and plot it.
///
/// [HdrHistogram]: https://hdrhistogram.org
#[derive(Clone, Default, PartialEq)]
pub struct Histogram(Option<Box<Hdr<u64>>>);

// === impl Histogram ===

impl Histogram {
    /// No value.
    pub const fn new() -> Self {
        Self(None)
    }

    /// Adds a value; 0 counts as 1.
    #[inline]
    pub fn record(&mut self, nanos: u64) {
        // It grows: there is no value out of range.
        let _ = self.hdr().record(nanos.max(1));
    }

    /// Adds all values of another.
    pub fn add(&mut self, other: &Self) {
        if let Some(other) = &other.0 {
            let _ = self.hdr().add(&**other);
        }
    }

    /// How many values there are.
    pub fn len(&self) -> u64 {
        self.0.as_ref().map_or(0, |hdr| hdr.len())
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The smallest value such that the share `quantile` of all is not above it;
    /// 0 without values.
    pub fn value_at_quantile(&self, quantile: f64) -> u64 {
        self.0
            .as_ref()
            .map_or(0, |hdr| hdr.value_at_quantile(quantile))
    }

    /// The largest value; 0 without values.
    pub fn max(&self) -> u64 {
        self.0.as_ref().map_or(0, |hdr| hdr.max())
    }

    /// The smallest value; 0 without values.
    pub fn min(&self) -> u64 {
        self.0.as_ref().map_or(0, |hdr| hdr.min())
    }

    /// The mean; 0 without values.
    pub fn mean(&self) -> f64 {
        self.0.as_ref().map_or(0.0, |hdr| hdr.mean())
    }

    /// The standard deviation; 0 without values.
    pub fn deviation(&self) -> f64 {
        self.0.as_ref().map_or(0.0, |hdr| hdr.stdev())
    }

    /// Each value that was recorded, and how often, from the smallest on.
    pub fn values(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        let recorded = self.0.iter().flat_map(|hdr| hdr.iter_recorded());
        recorded.map(|value| {
            (
                value.value_iterated_to(),
                value.count_since_last_iteration(),
            )
        })
    }

    /// The values for those who write them in a form of HdrHistogram; `None` where
    /// there are none.
    pub(crate) fn values_in_form(&self) -> Option<&Hdr<u64>> {
        self.0.as_deref().filter(|hdr| !hdr.is_empty())
    }

    /// The same in few bytes.
    pub(crate) fn packed(&self) -> Packed {
        let mut bytes = Vec::new();
        if let Some(hdr) = &self.0 {
            // A Vec takes all that is written, and counts fit the format.
            let _ = V2DeflateSerializer::new().serialize(&**hdr, &mut bytes);
        }
        Packed(bytes)
    }

    fn hdr(&mut self) -> &mut Hdr<u64> {
        self.0
            .get_or_insert_with(|| Box::new(Hdr::new(3).expect("3 digits are a precision of it")))
    }
}

impl fmt::Debug for Histogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Histogram")
            .field("len", &self.len())
            .field("p50", &self.value_at_quantile(0.5))
            .field("max", &self.max())
            .finish()
    }
}

impl Serialize for Histogram {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut bytes = Vec::new();
        if let Some(hdr) = &self.0 {
            V2DeflateSerializer::new()
                .serialize(&**hdr, &mut bytes)
                .map_err(S::Error::custom)?;
        }
        serializer.serialize_str(&STANDARD.encode(bytes))
    }
}

impl<'de> Deserialize<'de> for Histogram {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let packed = Packed::deserialize(deserializer)?;
        packed.unpack().ok_or_else(|| {
            D::Error::custom("not a histogram in the V2 compressed form of HdrHistogram")
        })
    }
}

/// A histogram in few bytes, for the many that a long run keeps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Packed(Vec<u8>);

// === impl Packed ===

impl Packed {
    /// The histogram; `None` if the bytes are of something else.
    pub(crate) fn unpack(&self) -> Option<Histogram> {
        if self.0.is_empty() {
            return Some(Histogram::new());
        }
        let hdr: Hdr<u64> = Deserializer::new().deserialize(&mut &*self.0).ok()?;
        let mut histogram = Histogram::new();
        // Into one of our own, which grows, whatever the range of this one.
        histogram.hdr().add(&hdr).ok()?;
        Some(histogram)
    }
}

impl Serialize for Packed {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Packed {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map(Self).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_three_digits_over_any_range() {
        let mut histogram = Histogram::new();
        for value in [1, 999, 1_234_567, 60_000_000_000] {
            histogram.record(value);
        }
        let read: Vec<u64> = histogram.values().map(|(value, _)| value).collect();
        for (value, read) in [1, 999, 1_234_567, 60_000_000_000].into_iter().zip(read) {
            assert!(
                read.abs_diff(value) as f64 <= value as f64 / 1000.0,
                "{value} as {read}"
            );
        }
        assert!(histogram.max() >= 60_000_000_000);
    }

    #[test]
    fn is_saved_and_read_back() {
        let mut histogram = Histogram::new();
        for value in 1..1000u64 {
            histogram.record(value * value * 100);
        }
        let text = serde_json::to_string(&histogram).expect("JSON");
        let mut back: Histogram = serde_json::from_str(&text).expect("a histogram");
        assert!(histogram.values().eq(back.values()));
        back.record(u64::MAX / 2);
        assert_eq!(back.len(), 1000);
        let empty: Histogram = serde_json::from_str("\"\"").expect("an empty one");
        assert!(empty.is_empty());
        for wrong in ["\"AAAA\"", "\"?\"", "1"] {
            assert!(serde_json::from_str::<Histogram>(wrong).is_err(), "{wrong}");
        }
    }
}
