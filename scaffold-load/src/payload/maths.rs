//! Logarithm, power and the distributions made of them, the same on every
//! machine.
//!
//! The standard library's `ln`, `exp` and `sin` are those of the platform, and
//! differ in the last bit; payloads of one seed must not. Here is only `+`, `-`,
//! `*`, `/` and `sqrt`, which IEEE 754 fixes to the bit. The error stays under a
//! few units in the twelfth digit, far below what a payload shows.

use super::rng::Rng;

const LN_2: f64 = std::f64::consts::LN_2;

/// The natural logarithm of a number above zero that is not subnormal.
pub(crate) fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    let exponent = ((bits >> 52) & 0x7FF) as i64 - 1023;
    // 1 <= m < 2; brought to sqrt(1/2)..sqrt(2), where the series is short.
    let mut m = f64::from_bits((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
    let mut e = exponent as f64;
    if m > std::f64::consts::SQRT_2 {
        m *= 0.5;
        e += 1.0;
    }
    // ln m = 2 artanh((m - 1) / (m + 1))
    let t = (m - 1.0) / (m + 1.0);
    let tt = t * t;
    let (mut sum, mut power, mut n) = (0.0, t, 1.0);
    while n < 26.0 {
        sum += power / n;
        power *= tt;
        n += 2.0;
    }
    e * LN_2 + 2.0 * sum
}

/// e to the power of `x`; zero and infinity where an `f64` ends.
pub(crate) fn exp(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x < -708.0 {
        return 0.0;
    }
    if x > 709.0 {
        return f64::INFINITY;
    }
    let k = (x / LN_2 + if x < 0.0 { -0.5 } else { 0.5 }) as i64;
    let r = x - k as f64 * LN_2;
    let (mut sum, mut term, mut n) = (1.0, 1.0, 1.0);
    while n < 18.0 {
        term *= r / n;
        sum += term;
        n += 1.0;
    }
    sum * f64::from_bits(((k + 1023).clamp(1, 2046) as u64) << 52)
}

/// `x` to the power of `y`, for `x` above zero.
pub(crate) fn pow(x: f64, y: f64) -> f64 {
    exp(y * ln(x))
}

/// Normally distributed, mean 0, deviation 1 (Marsaglia's polar method).
pub(crate) fn normal(rng: &mut Rng) -> f64 {
    loop {
        let (u, v) = (rng.unit() * 2.0 - 1.0, rng.unit() * 2.0 - 1.0);
        let s = u * u + v * v;
        if s > 1e-300 && s < 1.0 {
            return u * (-2.0 * ln(s) / s).sqrt();
        }
    }
}

/// From 1 to `n`, k with a weight of 1/k^s: rejection-inversion (Hörmann,
/// Derflinger 1996), so that `n` may be any size.
pub(crate) fn zipf(rng: &mut Rng, n: u64, s: f64) -> u64 {
    let n = n.max(1) as f64;
    // An antiderivative of x^-s, and its inverse.
    let near_one = (s - 1.0).abs() < 1e-9;
    let h = |x: f64| {
        if near_one {
            ln(x)
        } else {
            (pow(x, 1.0 - s) - 1.0) / (1.0 - s)
        }
    };
    let inverse = |y: f64| {
        if near_one {
            exp(y)
        } else {
            pow(
                (1.0 + y * (1.0 - s)).max(f64::MIN_POSITIVE),
                1.0 / (1.0 - s),
            )
        }
    };
    let (low, high) = (h(1.5) - 1.0, h(n + 0.5));
    // Above nine in ten tries succeed; a bound, for parameters beyond reason.
    for _ in 0..1000 {
        let u = high + rng.unit() * (low - high);
        let x = inverse(u);
        let k = (x + 0.5).floor().clamp(1.0, n);
        if u >= h(k + 0.5) - pow(k, -s) {
            return k as u64;
        }
    }
    1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::rng::Key;

    fn close(ours: f64, theirs: f64) {
        let scale = theirs.abs().max(1e-3);
        assert!((ours - theirs).abs() / scale < 1e-12, "{ours} {theirs}");
    }

    #[test]
    fn close_to_the_platform_s() {
        for x in [
            1e-300, 1e-9, 0.1, 0.5, 0.7, 0.99, 1.0, 1.4, 1.5, 2.0, 10.0, 12345.6, 1e300,
        ] {
            close(ln(x), x.ln());
        }
        for x in [
            -700.0, -20.0, -1.0, -0.3, 0.0, 0.1, 0.35, 1.0, 5.5, 100.0, 700.0,
        ] {
            assert!((exp(x) / x.exp() - 1.0).abs() < 1e-11, "{x}");
        }
        assert_eq!(exp(1e4), f64::INFINITY);
        assert_eq!(exp(-1e4), 0.0);
    }

    /// Twenty thousand draws: the mean's own deviation is 0.007.
    #[test]
    fn normal_has_its_moments() {
        let mut rng = Key::message(3, "normal").rng();
        let draws: Vec<f64> = (0..20_000).map(|_| normal(&mut rng)).collect();
        let mean = draws.iter().sum::<f64>() / 20_000.0;
        let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 20_000.0;
        assert!(
            mean.abs() < 0.04 && (variance - 1.0).abs() < 0.05,
            "{mean} {variance}"
        );
    }

    /// Against the weights themselves.
    #[test]
    fn zipf_has_its_weights() {
        for s in [0.8, 1.0, 1.2, 2.0] {
            let mut rng = Key::message(3, "zipf").rng();
            let mut counts = [0u32; 10];
            for _ in 0..50_000 {
                counts[zipf(&mut rng, 10, s) as usize - 1] += 1;
            }
            let total: f64 = (1..=10).map(|k| f64::from(k).powf(-s)).sum();
            for (k, count) in (1..=10).zip(counts) {
                let expected = f64::from(k).powf(-s) / total;
                let found = f64::from(count) / 50_000.0;
                assert!(
                    (found - expected).abs() < 0.012,
                    "s={s} k={k}: {found} {expected}"
                );
            }
        }
        let mut rng = Key::message(3, "zipf").rng();
        assert!((0..1000).all(|_| (1..=u64::MAX).contains(&zipf(&mut rng, u64::MAX, 1.1))));
    }
}
