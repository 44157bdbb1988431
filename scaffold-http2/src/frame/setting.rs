//! SETTINGS parameters (RFC 9113 section 6.5.2).

/// One parameter that means something here, or one that does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Setting {
    HeaderTableSize(u32),
    EnablePush(u32),
    MaxConcurrentStreams(u32),
    InitialWindowSize(u32),
    MaxFrameSize(u32),
    MaxHeaderListSize(u32),
    /// RFC 8441 and RFC 9218: nothing follows from them, but both allow only
    /// the values 0 and 1.
    Boolean(u32),
    /// Unknown parameters are ignored.
    Unknown,
}

impl Setting {
    fn new(id: u16, value: u32) -> Self {
        match id {
            1 => Self::HeaderTableSize(value),
            2 => Self::EnablePush(value),
            3 => Self::MaxConcurrentStreams(value),
            4 => Self::InitialWindowSize(value),
            5 => Self::MaxFrameSize(value),
            6 => Self::MaxHeaderListSize(value),
            8 | 9 => Self::Boolean(value),
            _ => Self::Unknown,
        }
    }
}

/// The parameters of a SETTINGS payload in their order. A tail shorter than
/// six bytes is left out: the caller has refused such a frame.
pub(crate) fn settings(payload: &[u8]) -> impl Iterator<Item = Setting> + '_ {
    payload.chunks_exact(6).map(|entry| {
        Setting::new(
            u16::from_be_bytes([entry[0], entry[1]]),
            super::u32_at(entry, 2),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_order_and_skips_nothing() {
        let payload = [0, 4, 0, 0, 0, 9, 0, 99, 1, 1, 1, 1, 0, 4, 0, 0, 0, 1];
        let seen: Vec<_> = settings(&payload).collect();
        assert_eq!(
            seen,
            [
                Setting::InitialWindowSize(9),
                Setting::Unknown,
                Setting::InitialWindowSize(1)
            ]
        );
    }
}
