//! The examples of RFC 7541 Appendix C, decoded and, where the example makes
//! the choices this encoder makes, encoded.

use super::{Decoder, Encoder, Field, Indexing};
use crate::head::{HeadBuf, ListLimits};

/// A block in hexadecimal, and its fields line by line.
struct Step {
    wire: &'static str,
    fields: &'static [(&'static str, &'static str)],
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let pairs = digits
        .chunks(2)
        .map(|pair| std::str::from_utf8(pair).unwrap());
    pairs
        .map(|pair| u8::from_str_radix(pair, 16).unwrap())
        .collect()
}

fn run(table: usize, steps: &[Step], encodes: bool) {
    let mut decoder = Decoder::new(table.max(4096));
    let mut encoder = Encoder::new(table);
    if table != 4096 {
        // The examples agree on the size beforehand.
        let mut update = Vec::new();
        encoder.begin(&mut update);
        let mut head = HeadBuf::new(ListLimits::TEST);
        decoder.decode(&update, &mut head).unwrap();
    }
    for step in steps {
        let wire = bytes(step.wire);
        let mut head = HeadBuf::new(ListLimits::TEST);
        decoder.decode(&wire, &mut head).unwrap();
        let want: Vec<_> = step
            .fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        assert_eq!(head.log, want, "{}", step.wire);
        if encodes {
            let mut out = Vec::new();
            for (name, value) in step.fields {
                let field = Field::new(name, value).indexing(Indexing::Insert);
                encoder.encode(&mut out, &field);
            }
            assert_eq!(out, wire, "{}", step.wire);
        }
    }
}

#[test]
fn c_2_single_fields() {
    let one = |wire, fields| run(4096, &[Step { wire, fields }], false);
    one(
        "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572",
        &[("custom-key", "custom-header")],
    );
    one(
        "040c 2f73 616d 706c 652f 7061 7468",
        &[(":path", "/sample/path")],
    );
    one(
        "1008 7061 7373 776f 7264 0673 6563 7265 74",
        &[("password", "secret")],
    );
    one("82", &[(":method", "GET")]);
}

const REQUESTS: [&[(&str, &str)]; 3] = [
    &[
        (":method", "GET"),
        (":scheme", "http"),
        (":path", "/"),
        (":authority", "www.example.com"),
    ],
    &[
        (":method", "GET"),
        (":scheme", "http"),
        (":path", "/"),
        (":authority", "www.example.com"),
        ("cache-control", "no-cache"),
    ],
    &[
        (":method", "GET"),
        (":scheme", "https"),
        (":path", "/index.html"),
        (":authority", "www.example.com"),
        ("custom-key", "custom-value"),
    ],
];

fn steps<const N: usize>(
    wires: [&'static str; N],
    fields: [&'static [(&'static str, &'static str)]; N],
) -> Vec<Step> {
    let pairs = wires.into_iter().zip(fields);
    pairs.map(|(wire, fields)| Step { wire, fields }).collect()
}

#[test]
fn c_3_requests_without_huffman() {
    let wires = [
        "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
        "8286 84be 5808 6e6f 2d63 6163 6865",
        "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
    ];
    run(4096, &steps(wires, REQUESTS), false);
}

#[test]
fn c_4_requests_with_huffman() {
    let wires = [
        "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
        "8286 84be 5886 a8eb 1064 9cbf",
        "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
    ];
    run(4096, &steps(wires, REQUESTS), true);
}

const FIRST_DATE: &str = "Mon, 21 Oct 2013 20:13:21 GMT";
const COOKIE: &str = "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1";

const RESPONSES: [&[(&str, &str)]; 3] = [
    &[
        (":status", "302"),
        ("cache-control", "private"),
        ("date", FIRST_DATE),
        ("location", "https://www.example.com"),
    ],
    &[
        (":status", "307"),
        ("cache-control", "private"),
        ("date", FIRST_DATE),
        ("location", "https://www.example.com"),
    ],
    &[
        (":status", "200"),
        ("cache-control", "private"),
        ("date", "Mon, 21 Oct 2013 20:13:22 GMT"),
        ("location", "https://www.example.com"),
        ("content-encoding", "gzip"),
        ("set-cookie", COOKIE),
    ],
];

#[test]
fn c_5_responses_with_eviction() {
    let wires = [
        "4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 \
         2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 \
         6c65 2e63 6f6d",
        "4803 3330 37c1 c0bf",
        "88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d \
         54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 \
         5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e \
         3d31",
    ];
    run(256, &steps(wires, RESPONSES), false);
}

#[test]
fn c_6_responses_with_huffman() {
    let wires = [
        "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 \
         2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
        "4883 640e ffc1 c0bf",
        "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab \
         77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f \
         9587 3160 65c0 03ed 4ee5 b106 3d50 07",
    ];
    // "307" has the same length both ways; the example takes Huffman.
    run(256, &steps(wires, RESPONSES), false);
}
