//! Payloads of small `.proto` files, decoded by prost-reflect and held against
//! what a file beside each says of them; faults, word by word; and that a seed
//! gives the same bytes everywhere.

mod payload_support;

use std::fmt::Write as _;
use std::path::Path;

use payload_support::{Expectations, cases, compile, golden, hash, pool_of, strict};
use scaffold_load::payload::{Options, Overrides, Pool};

/// Payloads of each message that a case looks at.
const COUNT: u64 = 200;

#[test]
fn cases_hold() {
    for case in cases("cases") {
        let set = compile(&case);
        let (pool, types) = (Pool::new(&set).expect("a pool"), pool_of(&set));
        let options = options(&case);
        let text = std::fs::read_to_string(case.join("expect.txt")).expect("expectations");
        for expected in Expectations::read(&text) {
            let options = Options {
                method: expected.method.clone(),
                ..options.clone()
            };
            let generator = pool
                .generator(&expected.message, &options)
                .expect("a generator");
            let payloads: Vec<_> = (0..COUNT)
                .map(|index| {
                    let mut bytes = Vec::new();
                    generator.encode(index, &mut bytes);
                    (bytes.len(), strict(&types, &expected.message, &bytes))
                })
                .collect();
            expected.hold(&payloads, generator.notes(), &case.display().to_string());
        }
    }
}

/// All messages of a case, at all indices: what is not looked at decodes, too.
#[test]
fn every_message_of_a_case_decodes() {
    for case in cases("cases") {
        let set = compile(&case);
        let (pool, types) = (Pool::new(&set).expect("a pool"), pool_of(&set));
        for message in pool.messages() {
            if types.get_message_by_name(message).is_none() {
                continue;
            }
            let generator = pool
                .generator(message, &options(&case))
                .expect("a generator");
            let mut bytes = Vec::new();
            for index in 0..20 {
                bytes.clear();
                generator.encode(index, &mut bytes);
                strict(&types, message, &bytes);
                bytes.clear();
                generator.encode_invalid(index, &mut bytes);
                strict(&types, message, &bytes);
            }
        }
    }
}

#[test]
fn faults_say_where_what_and_how_to_mend_it() {
    for case in cases("faults") {
        let set = compile(&case);
        let message = std::fs::read_to_string(case.join("message.txt"));
        let message = message.unwrap_or_else(|_| "fault.Request".to_owned());
        let toml = case.join("loadtest.toml");
        let made = if toml.is_file() {
            Overrides::read(&toml)
        } else {
            Ok(Overrides::default())
        };
        let fault = made
            .and_then(|overrides| {
                let options = Options::with_overrides(overrides).for_method("/fault.Users/Get");
                Pool::new(&set)?.generator(message.trim(), &options)
            })
            .expect_err(&case.display().to_string());
        // The folder's own path is this machine's.
        let text = fault
            .to_string()
            .replace(&format!("{}/", case.display()), "");
        golden(&case.join("expected.txt"), &format!("{text}\n"));
    }
}

/// Hashes of payloads, written down: the same on every machine and in every
/// version. One that must change says so in the change that does it.
#[test]
fn a_seed_gives_the_same_bytes() {
    let mut text = String::new();
    for case in cases("cases") {
        let set = compile(&case);
        let pool = Pool::new(&set).expect("a pool");
        let package = case
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .replace('-', "_");
        for message in pool.messages() {
            // The case's own: what it imports comes with the compiler.
            if message.starts_with("google.") || message.starts_with("buf.") {
                continue;
            }
            for seed in [1, 2] {
                let options = Options {
                    seed,
                    ..options(&case)
                };
                let generator = pool.generator(message, &options).expect("a generator");
                let mut bytes = Vec::new();
                (0..50).for_each(|index| generator.encode(index, &mut bytes));
                (0..50).for_each(|index| {
                    generator.encode_invalid(index, &mut bytes);
                });
                writeln!(text, "{package} {message} {seed} {:016x}", hash(&bytes))
                    .expect("a string");
            }
        }
    }
    golden(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payload/hashes.txt"),
        &text,
    );
}

/// One payload needs none of those before it, and a field that joins a message
/// leaves the others as they are.
#[test]
fn payloads_are_a_function_of_their_index() {
    let cases = cases("cases");
    let names = cases
        .iter()
        .find(|case| case.ends_with("names"))
        .expect("the case");
    let set = compile(names);
    let generator = Pool::new(&set)
        .and_then(|pool| pool.generator("names.User", &Options::default()))
        .expect("a generator");
    let encode = |index| {
        let mut bytes = Vec::new();
        generator.encode(index, &mut bytes);
        bytes
    };
    let forth: Vec<_> = (0..50).map(encode).collect();
    let back: Vec<_> = (0..50).rev().map(encode).collect();
    assert!(forth.iter().eq(back.iter().rev()));
    assert!((1..50).all(|at| forth[at] != forth[0]));
    assert!(encode(u64::MAX) != encode(0));
}

fn options(case: &Path) -> Options {
    let toml = case.join("loadtest.toml");
    if toml.is_file() {
        Options::with_overrides(Overrides::read(&toml).unwrap_or_else(|fault| panic!("{fault}")))
    } else {
        Options::default()
    }
}
