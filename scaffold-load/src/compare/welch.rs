//! Welch's t-test over the seconds of two runs.
//!
//! # Motivation
//!
//! Neighbouring seconds of a run resemble each other: a burst of garbage
//! collection, a neighbour on the machine. Taken as independent they make chance
//! look like proof. So each sample counts for as many values as its lag-1
//! autocorrelation leaves of it.

/// The values of one measure, one for each second of a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    mean: f64,
    variance: f64,
    /// How many independent values they are worth: two at least.
    worth: f64,
}

// === impl Sample ===

impl Sample {
    /// `None` for fewer than two values.
    pub(super) fn of(values: &[f64]) -> Option<Self> {
        if values.len() < 2 {
            return None;
        }
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let apart: Vec<f64> = values.iter().map(|value| value - mean).collect();
        let squares: f64 = apart.iter().map(|apart| apart * apart).sum();
        let products: f64 = apart.windows(2).map(|pair| pair[0] * pair[1]).sum();
        // Only what is alike costs: seconds that swing are no more than they are.
        let alike = match squares > 0.0 {
            true => (products / squares).clamp(0.0, 0.99),
            false => 0.0,
        };
        Some(Self {
            mean,
            variance: squares / (count - 1.0),
            worth: (count * (1.0 - alike) / (1.0 + alike)).max(2.0),
        })
    }
}

/// How probable it is that two samples of the same thing are as far apart as
/// these, in either direction.
pub(super) fn welch(a: &Sample, b: &Sample) -> f64 {
    let (of_a, of_b) = (a.variance / a.worth, b.variance / b.worth);
    let error = of_a + of_b;
    let apart = a.mean - b.mean;
    if error <= 0.0 {
        return if apart == 0.0 { 1.0 } else { 0.0 };
    }
    let t = apart / error.sqrt();
    let freedom = error * error / (of_a * of_a / (a.worth - 1.0) + of_b * of_b / (b.worth - 1.0));
    // The two tails of Student's t.
    beta(freedom / (freedom + t * t), freedom / 2.0, 0.5).clamp(0.0, 1.0)
}

/// The regularised incomplete beta function, by its continued fraction.
fn beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    // It converges fast below the mean, and is symmetric about it.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - beta(1.0 - x, b, a);
    }
    let front = a * x.ln() + b * (1.0 - x).ln() + ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b);
    front.exp() * fraction(x, a, b) / a
}

/// The continued fraction, by Lentz's method.
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let whole = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / whole(1.0 - (a + b) * x / (a + 1.0));
    let mut result = d;
    for step in 1..500 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut last = 1.0;
        for term in [even, odd] {
            d = 1.0 / whole(1.0 + term * d);
            c = whole(1.0 + term / c);
            last = d * c;
            result *= last;
        }
        if (last - 1.0).abs() < 1e-12 {
            break;
        }
    }
    result
}

/// The logarithm of the gamma function for arguments above zero: Stirling's
/// series, after steps up to where it is exact enough.
fn ln_gamma(mut x: f64) -> f64 {
    let mut steps = 0.0;
    while x < 10.0 {
        steps += x.ln();
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series =
        (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0))) / x;
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series - steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(value: f64, wanted: f64) {
        assert!((value - wanted).abs() < 1e-6, "{value}, {wanted} is right");
    }

    #[test]
    fn special_functions_are_what_tables_say() {
        near(ln_gamma(0.5), 0.572_364_942_9);
        near(ln_gamma(5.0), 24.0_f64.ln());
        // Student's t at its critical values, two-sided.
        for (t, freedom, p) in [
            (2.228_138_852, 10.0, 0.05),
            (12.706_204_736, 1.0, 0.05),
            (2.749_995_654, 30.0, 0.01),
        ] {
            near(beta(freedom / (freedom + t * t), freedom / 2.0, 0.5), p);
        }
    }

    #[test]
    fn agrees_with_scipy() {
        // scipy.stats.ttest_ind(a, b, equal_var=False).pvalue
        let whole = |values: &[f64]| Sample {
            worth: values.len() as f64,
            ..Sample::of(values).unwrap()
        };
        let a = [
            27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7,
            21.4,
        ];
        let b = [
            27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 30.5,
            31.3,
        ];
        near(welch(&whole(&a), &whole(&b)), 0.006_460_408);
        let a = [17.2, 20.9, 22.6, 18.1, 21.7, 21.4, 23.5, 24.2, 14.7, 21.8];
        let b = [
            21.5, 22.8, 21.0, 23.0, 21.6, 23.6, 22.5, 20.7, 23.4, 21.8, 20.7, 21.7, 21.5, 22.5,
            23.6, 21.5, 22.5, 23.5, 21.5, 21.8,
        ];
        near(welch(&whole(&a), &whole(&b)), 0.148_841_697);
    }

    #[test]
    fn seconds_that_resemble_each_other_are_worth_less() {
        let slow: Vec<f64> = (0..100).map(|second| f64::from(second / 25)).collect();
        assert!(Sample::of(&slow).unwrap().worth < 10.0);
        let swings: Vec<f64> = (0..100).map(|second| f64::from(second % 2)).collect();
        assert_eq!(Sample::of(&swings).unwrap().worth, 100.0);
        assert!(Sample::of(&[1.0]).is_none());
    }

    #[test]
    fn what_never_varies_is_the_same_or_not() {
        let of = |value: f64| Sample::of(&[value; 5]).unwrap();
        assert_eq!(welch(&of(1.0), &of(1.0)), 1.0);
        assert_eq!(welch(&of(1.0), &of(2.0)), 0.0);
    }
}
