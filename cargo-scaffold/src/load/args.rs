//! The arguments beside those of every load test.

use std::path::PathBuf;

use scaffold_load::{Extra, Mix};

/// What to call, and where its types are described.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The server: HOST:PORT, https://HOST:PORT, unix:PATH
    #[arg(value_name = "SERVER", conflicts_with = "target")]
    server: Option<String>,

    /// A method to call, and its share: user.v1.UserService/GetUser=80; may be
    /// repeated
    #[arg(long = "call", value_name = "METHOD", value_delimiter = ',', value_parser = call, help_heading = "Service")]
    pub(super) calls: Vec<Call>,
    /// A .proto file or a directory of them, instead of the server's reflection;
    /// may be repeated
    #[arg(long, value_name = "FILE", help_heading = "Service")]
    pub(super) proto: Vec<PathBuf>,
    /// Where imports are searched; may be repeated
    #[arg(
        short = 'I',
        long = "include",
        value_name = "DIR",
        requires = "proto",
        help_heading = "Service"
    )]
    pub(super) include: Vec<PathBuf>,
    /// Requests as JSON, @FILE or @- (stdin), for one method as METHOD=JSON; of a
    /// list each call sends the next one [default: made from the descriptors]
    #[arg(short = 'd', long, value_name = "JSON", help_heading = "Service")]
    pub(super) data: Vec<String>,
    /// Print the methods that there are, and make no call
    #[arg(long, help_heading = "Service")]
    pub(super) list: bool,
    /// Print the first requests of each method as JSON, and make no call
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "1", require_equals = true, help_heading = "Service")]
    pub(super) show: Option<u64>,
}

/// A method to call.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Call {
    /// `package.Service/Method`, or as much of its end as says which it is.
    pub(super) method: String,
    weight: f64,
}

// === impl Args ===

impl Extra for Args {
    const IN_PROJECT: bool = false;
    const PROGRAM: &str = "cargo scaffold load";

    fn target(&self) -> Option<&str> {
        self.server.as_deref()
    }

    fn mix(&self) -> Option<Mix> {
        let shares = self.calls.iter();
        let shares = shares.map(|call| (call.method.clone(), call.weight));
        (!self.calls.is_empty()).then(|| Mix::new(shares))
    }

    fn words(&self) -> Vec<String> {
        let calls = self.calls.iter().map(|call| match call.weight {
            1.0 => call.method.clone(),
            weight => format!("{}={weight}", call.method),
        });
        let paths = |paths: &[PathBuf]| -> Vec<String> {
            let texts = paths.iter().map(|path| path.display().to_string());
            texts.collect()
        };
        let flags = [
            ("--call", calls.collect()),
            ("--proto", paths(&self.proto)),
            ("--include", paths(&self.include)),
            ("--data", self.data.clone()),
        ];
        let pairs = flags.into_iter().flat_map(|(flag, values)| {
            let pair = |value| [flag.to_owned(), value];
            values.into_iter().flat_map(pair).collect::<Vec<_>>()
        });
        pairs.collect()
    }
}

/// Reads `package.Service/Method=80`; grpcurl's `package.Service.Method` is the
/// same.
fn call(text: &str) -> Result<Call, String> {
    let (method, weight) = match text.split_once('=') {
        None => (text, 1.0),
        Some((method, weight)) => {
            let weight = weight.trim().parse().ok();
            let weight = weight.filter(|weight: &f64| weight.is_finite() && *weight > 0.0);
            let weight = weight.ok_or("a share is a number above 0: Service/Method=80")?;
            (method, weight)
        }
    };
    let method = method.trim().trim_start_matches('/');
    let method = match method.rsplit_once('.') {
        Some((service, name)) if !method.contains('/') => format!("{service}/{name}"),
        _ => method.to_owned(),
    };
    if method.is_empty() {
        return Err("a method is written package.Service/Method".to_owned());
    }
    Ok(Call { method, weight })
}

#[cfg(test)]
mod tests {
    use super::call;

    #[test]
    fn methods_are_named_as_people_name_them() {
        for text in [
            "a.v1.Users/Get",
            "/a.v1.Users/Get",
            "a.v1.Users.Get",
            "a.v1.Users/Get=2",
        ] {
            assert_eq!(call(text).expect(text).method, "a.v1.Users/Get");
        }
        assert_eq!(call("Get").expect("a name").method, "Get");
        for wrong in ["", "/", "Get=", "Get=0", "Get=-1", "Get=inf"] {
            assert!(call(wrong).is_err(), "{wrong}");
        }
    }
}
