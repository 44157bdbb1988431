//! Which method each call goes to.

use serde::{Deserialize, Serialize};

use crate::plan::Fault;

/// Shares of the load, by method: `GetUser=80,WatchUsers=5`.
///
/// An empty mix gives every method the same share.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Mix {
    shares: Vec<(String, f64)>,
}

/// Deals out methods so that each gets its share in every stretch of the run,
/// not only over the whole of it (smooth weighted round-robin).
#[derive(Debug, Clone)]
pub(crate) struct Dealer {
    weights: Vec<f64>,
    credit: Vec<f64>,
    total: f64,
}

// === impl Mix ===

impl Mix {
    /// These shares, by method.
    pub fn new(shares: impl IntoIterator<Item = (String, f64)>) -> Self {
        Self {
            shares: shares.into_iter().collect(),
        }
    }

    /// Reads `NAME=WEIGHT,...`; a name without a weight has weight 1.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let mut shares = Vec::new();
        for part in text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let (name, weight) = match part.split_once('=') {
                Some((name, weight)) => (name.trim(), weight.trim().parse().unwrap_or(f64::NAN)),
                None => (part, 1.0),
            };
            if !(weight.is_finite() && weight >= 0.0) {
                return Err(Fault::usage(format!(
                    "`{part}` in the mix has no weight that is a number: write it as GetUser=80"
                )));
            }
            shares.push((name.to_owned(), weight));
        }
        Ok(Self { shares })
    }

    /// The weight of each of `paths` (`/package.Service/Method`).
    pub(crate) fn weights(&self, paths: &[&str]) -> Result<Vec<f64>, Fault> {
        if self.shares.is_empty() {
            return Ok(vec![1.0; paths.len()]);
        }
        let mut weights = vec![0.0; paths.len()];
        for (name, weight) in &self.shares {
            let found: Vec<usize> = (0..paths.len())
                .filter(|&i| names(paths[i], name))
                .collect();
            match found[..] {
                [at] => weights[at] = *weight,
                [] => {
                    return Err(Fault::usage(format!(
                        "no method is called `{name}`; there are: {}",
                        list(paths)
                    )));
                }
                _ => {
                    return Err(Fault::usage(format!(
                        "several methods are called `{name}`: write Service/Method"
                    )));
                }
            }
        }
        if weights.iter().sum::<f64>() <= 0.0 {
            return Err(Fault::usage("the mix gives no method a share".to_owned()));
        }
        Ok(weights)
    }
}

impl std::fmt::Display for Mix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, (name, weight)) in self.shares.iter().enumerate() {
            let comma = if at > 0 { "," } else { "" };
            write!(f, "{comma}{name}={weight}")?;
        }
        Ok(())
    }
}

/// Is `name` the name of the method at `path` (`/package.Service/Method`), with or
/// without its service and package?
pub fn names(path: &str, name: &str) -> bool {
    let path = path.trim_start_matches('/');
    let name = name.trim_start_matches('/');
    path == name
        || path.strip_suffix(name).is_some_and(|before| {
            before.ends_with('/') || (name.contains('/') && before.ends_with('.'))
        })
}

fn list(paths: &[&str]) -> String {
    let names: Vec<&str> = paths
        .iter()
        .map(|path| path.rsplit('/').next().unwrap_or(path))
        .collect();
    names.join(", ")
}

// === impl Dealer ===

impl Dealer {
    pub(crate) fn new(weights: Vec<f64>) -> Self {
        Self {
            credit: vec![0.0; weights.len()],
            total: weights.iter().sum(),
            weights,
        }
    }

    /// Which methods have a share.
    pub(crate) fn used(&self) -> Vec<bool> {
        self.weights.iter().map(|&weight| weight > 0.0).collect()
    }

    /// The method of the next call.
    pub(crate) fn deal(&mut self) -> usize {
        let mut best = 0;
        for i in 0..self.weights.len() {
            self.credit[i] += self.weights[i];
            if self.credit[i] > self.credit[best] {
                best = i;
            }
        }
        self.credit[best] -= self.total;
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATHS: [&str; 3] = ["/a.v1.Users/Get", "/a.v1.Users/List", "/b.v1.Users/List"];

    #[test]
    fn shares_hold_in_every_stretch() {
        let mut dealer = Dealer::new(vec![8.0, 1.5, 0.5]);
        let dealt: Vec<usize> = (0..200).map(|_| dealer.deal()).collect();
        for stretch in dealt.chunks(20) {
            assert_eq!(stretch.iter().filter(|&&m| m == 0).count(), 16);
            assert_eq!(stretch.iter().filter(|&&m| m == 2).count(), 1);
        }
    }

    #[test]
    fn a_method_of_weight_zero_is_never_called() {
        let mut dealer = Dealer::new(vec![0.0, 1.0, 0.0]);
        assert!((0..100).all(|_| dealer.deal() == 1));
    }

    #[test]
    fn names_are_found_short_and_long() {
        let weights = |text: &str| Mix::parse(text).and_then(|mix| mix.weights(&PATHS));
        assert_eq!(weights("Get=3"), Ok(vec![3.0, 0.0, 0.0]));
        assert_eq!(weights("a.v1.Users/List"), Ok(vec![0.0, 1.0, 0.0]));
        assert!(weights("List").unwrap_err().to_string().contains("several"));
        assert!(
            weights("Put")
                .unwrap_err()
                .to_string()
                .contains("Get, List")
        );
        assert!(weights("Get=x").is_err());
        assert!(weights("Get=0").is_err());
    }
}
