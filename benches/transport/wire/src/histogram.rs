//! Latencies, to within 1 %.

/// Bits of precision.
const BITS: u32 = 7;

/// Counts by magnitude and the seven bits below the highest.
pub(crate) struct Histogram {
    counts: Vec<u64>,
    total: u64,
}

// === impl Histogram ===

impl Histogram {
    pub(crate) fn new() -> Histogram {
        Histogram {
            counts: vec![0; (64 - BITS as usize + 1) << BITS],
            total: 0,
        }
    }

    pub(crate) fn record(&mut self, nanos: u64) {
        self.counts[index(nanos)] += 1;
        self.total += 1;
    }

    /// Nanoseconds; 0 when nothing was recorded.
    pub(crate) fn quantile(&self, quantile: f64) -> u64 {
        let rank = (self.total as f64 * quantile).ceil() as u64;
        let mut seen = 0;
        for (index, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= rank && seen > 0 {
                return value(index);
            }
        }
        0
    }
}

fn index(nanos: u64) -> usize {
    let shift = (64 - nanos.leading_zeros()).saturating_sub(BITS + 1);
    ((shift as usize) << BITS) + (nanos >> shift) as usize
}

/// The least value with this index.
fn value(index: usize) -> u64 {
    let shift = (index >> BITS).saturating_sub(1);
    ((index - (shift << BITS)) as u64) << shift
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_within_a_percent() {
        for nanos in [
            0,
            1,
            127,
            128,
            255,
            256,
            1000,
            54_321,
            9_999_999,
            u64::MAX >> 1,
        ] {
            let back = value(index(nanos));
            assert!(
                back <= nanos && nanos - back <= nanos / 100,
                "{nanos} {back}"
            );
        }
        let mut histogram = Histogram::new();
        (1..=1000).for_each(|nanos| histogram.record(nanos * 1000));
        assert!((495_000..=500_000).contains(&histogram.quantile(0.5)));
    }
}
