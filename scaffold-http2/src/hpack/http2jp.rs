//! The http2jp test cases: what a dozen encoders made of the same stories.
//!
//! The package of `httlib-hpack` carries them, so a development dependency
//! brings them here, pinned and with a checksum; they are no part of this
//! repository.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Decoder, Encoder, Field, Indexing};
use crate::head::{HeadBuf, ListLimits};

/// What the package holds: fewer would mean that some were not read.
const STORIES: usize = 446;
const BLOCKS: usize = 47_142;

/// One header block of a story.
#[derive(Default)]
struct Case {
    wire: Vec<u8>,
    table: Option<usize>,
    headers: Vec<(String, String)>,
}

#[test]
fn every_story_is_read_and_written() {
    let (mut stories, mut blocks) = (0, 0);
    for encoder in std::fs::read_dir(cases()).expect("the package's fixtures") {
        let encoder = encoder.unwrap().path();
        if !encoder.is_dir() {
            continue;
        }
        for story in std::fs::read_dir(&encoder).unwrap() {
            let story = story.unwrap().path();
            let cases = parse(&std::fs::read_to_string(&story).unwrap());
            read(&story, &cases);
            // The stories are the same for all encoders.
            if encoder.ends_with("nghttp2") {
                write(&story, &cases);
            }
            stories += 1;
            blocks += cases.len();
        }
    }
    assert_eq!((stories, blocks), (STORIES, BLOCKS));
}

/// Where cargo has unpacked the package.
fn cases() -> PathBuf {
    let output = |program: &str, args: &[&str]| {
        let output = Command::new(program)
            .args(args)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .expect("the toolchain runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        String::from_utf8(output.stdout).unwrap()
    };
    // Packages of other platforms need not be here.
    let version = output("rustc", &["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let metadata = output(
        env!("CARGO"),
        &[
            "metadata",
            "--offline",
            "--format-version=1",
            "--filter-platform",
            host.expect("a host"),
        ],
    );
    let manifest = metadata
        .split("\"manifest_path\":\"")
        .filter_map(|rest| rest.split('"').next())
        .find(|path| path.contains("/httlib-hpack-"))
        .expect("a development dependency");
    Path::new(manifest).with_file_name("fixtures")
}

fn read(story: &Path, cases: &[Case]) {
    let mut decoder = Decoder::new(4096);
    for (number, case) in cases.iter().enumerate() {
        let place = || format!("{} block {number}", story.display());
        if let Some(size) = case.table {
            decoder.set_limit(size);
        }
        let mut head = HeadBuf::new(ListLimits::TEST);
        let decoded = decoder.decode(&case.wire, &mut head);
        assert_eq!(decoded, Ok(()), "{}", place());
        // Browsers of that time sent fields that HTTP/2 forbids: the log has
        // them all, in order.
        assert_eq!(head.log, case.headers, "{}", place());
    }
}

/// What our encoder makes of a story, another decoder reads.
fn write(story: &Path, cases: &[Case]) {
    let mut encoder = Encoder::new(4096);
    let mut theirs = httlib_hpack::Decoder::with_dynamic_size(4096);
    let policies = [Indexing::Insert, Indexing::Without, Indexing::Never];
    for (number, case) in cases.iter().enumerate() {
        let mut block = Vec::new();
        for (at, (name, value)) in case.headers.iter().enumerate() {
            // Mostly inserts, so that the table is turned over.
            let policy = policies[if at % 5 == 4 { number % 3 } else { 0 }];
            encoder.encode(&mut block, &Field::new(name, value).indexing(policy));
        }
        let mut seen = Vec::new();
        theirs.decode(&mut block, &mut seen).unwrap();
        let text = |octets| String::from_utf8(octets).unwrap();
        let seen: Vec<_> = seen
            .into_iter()
            .map(|(n, v, _)| (text(n), text(v)))
            .collect();
        assert_eq!(seen, case.headers, "{} block {number}", story.display());
    }
}

/// Enough JSON for these files: strings and numbers behind known keys, in the
/// order they come.
fn parse(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut case = Case::default();
    let mut key: Option<String> = None;
    let mut depth = 0;
    for token in Tokens(text.as_bytes()) {
        match (token, key.take()) {
            (Token::Open, _) => depth += 1,
            (Token::Close, _) => {
                depth -= 1;
                // { "cases": [ { ... } ] }
                if depth == 2 && !case.wire.is_empty() {
                    cases.push(std::mem::take(&mut case));
                }
            }
            (Token::Text(text), None) => key = Some(text),
            (Token::Text(text), Some(name)) if depth > 3 => case.headers.push((name, text)),
            (Token::Text(text), Some(name)) if name == "wire" => {
                let pairs = text.as_bytes().chunks(2);
                let digits = pairs.map(|pair| std::str::from_utf8(pair).unwrap());
                case.wire = digits.map(|d| u8::from_str_radix(d, 16).unwrap()).collect();
            }
            (Token::Number(number), Some(name)) if name == "header_table_size" => {
                case.table = Some(number);
            }
            _ => {}
        }
    }
    cases
}

enum Token {
    Open,
    Close,
    Text(String),
    Number(usize),
}

struct Tokens<'a>(&'a [u8]);

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            let (&first, rest) = self.0.split_first()?;
            self.0 = rest;
            match first {
                b'{' | b'[' => return Some(Token::Open),
                b'}' | b']' => return Some(Token::Close),
                b'"' => return Some(Token::Text(self.text())),
                b'0'..=b'9' => {
                    let mut number = usize::from(first - b'0');
                    while let Some((digit @ b'0'..=b'9', rest)) = self.0.split_first() {
                        number = number * 10 + usize::from(digit - b'0');
                        self.0 = rest;
                    }
                    return Some(Token::Number(number));
                }
                _ => {}
            }
        }
    }
}

impl Tokens<'_> {
    fn text(&mut self) -> String {
        let mut out = Vec::new();
        while let Some((&byte, rest)) = self.0.split_first() {
            self.0 = rest;
            match byte {
                b'"' => break,
                b'\\' => {
                    let (&escaped, rest) = self.0.split_first().expect("an escape");
                    self.0 = rest;
                    if escaped == b'u' {
                        let (digits, rest) = self.0.split_at(4);
                        self.0 = rest;
                        let digits = std::str::from_utf8(digits).unwrap();
                        let point = u32::from_str_radix(digits, 16).unwrap();
                        let c = char::from_u32(point).unwrap();
                        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                    } else {
                        out.push(match escaped {
                            b'n' => b'\n',
                            b't' => b'\t',
                            b'r' => b'\r',
                            other => other,
                        });
                    }
                }
                other => out.push(other),
            }
        }
        String::from_utf8(out).expect("UTF-8")
    }
}
