//! Requests whose headers are HTTP and not gRPC.

use super::asked;
use crate::attack::report::Case;
use crate::attack::target::Target;
use crate::attack::wire;

const PATH: &str = "/attack.v1.Target/Unary";

/// W8.
pub(super) fn content_types(target: &Target) -> Vec<Case> {
    let one = wire::message(&[]);
    let mut cases = Vec::new();
    for value in ["text/html", "application/grpc+foo", "application/grpcx", ""] {
        let block = wire::request("POST", PATH, &[("content-type", value), ("te", "trailers")]);
        cases.push(asked(target, &format!("{value:?}"), &block, &one));
    }
    let block = wire::request("POST", PATH, &[("te", "trailers")]);
    cases.push(asked(target, "none", &block, &one));
    cases
}

/// W9.
pub(super) fn verbs(target: &Target) -> Vec<Case> {
    let one = wire::message(&[]);
    let verbs = ["GET", "DELETE", "PUT"].into_iter();
    verbs
        .map(|verb| asked(target, verb, &wire::request(verb, PATH, wire::GRPC), &one))
        .collect()
}

/// W10.
pub(super) fn timeouts(target: &Target) -> Vec<Case> {
    let one = wire::message(&[]);
    let values = ["0n", "-1S", "+5S", "123456789S", "5", "S", "", "99999999H"];
    let mut cases: Vec<_> = values
        .into_iter()
        .map(|value| {
            let block = wire::call_with(PATH, &[("grpc-timeout", value)]);
            asked(target, &format!("{value:?}"), &block, &one)
        })
        .collect();
    let block = wire::call_with(PATH, &[("grpc-timeout", "5S"), ("grpc-timeout", "6S")]);
    cases.push(asked(target, "two of them", &block, &one));
    cases
}

/// W15. The handler answers with the names that it sees.
pub(super) fn metadata(target: &Target) -> Vec<Case> {
    let ask = crate::pb::attack::v1::Ask {
        text: "metadata".to_owned(),
        ..Default::default()
    };
    let body = wire::message(&prost::Message::encode_to_vec(&ask));
    let key = format!("x-{}", "k".repeat(8 << 10));
    let ways: [(&str, &[(&str, &str)]); 4] = [
        ("bad base64", &[("x-data-bin", "!!not base64!!")]),
        (
            "padding and none",
            &[
                ("x-a-bin", "AAE="),
                ("x-b-bin", "AAE"),
                ("x-c-bin", "AAE,AA=="),
            ],
        ),
        ("a key of 8 KiB", &[(&key, "v")]),
        (
            "reserved",
            &[
                ("grpc-secret", "1"),
                ("grpc-status", "7"),
                ("grpc-message", "no"),
            ],
        ),
    ];
    let ways = ways.into_iter();
    ways.map(|(name, more)| asked(target, name, &wire::call_with(PATH, more), &body))
        .collect()
}
