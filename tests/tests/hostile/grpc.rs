//! Rows W1 to W15, W17 and W18: gRPC's framing, messages, headers and calls.

use std::time::Duration;

use prost::Message;
use scaffold_tests::pb::attack::v1::Answer;

use super::support::*;

#[test]
fn w1_prefixes_above_the_limit() {
    let seen = attack("W1", &[]);
    seen.all_answer("grpc RESOURCE_EXHAUSTED");
    seen.only(&[("message_too_large", 4)]);
    seen.memory_within(8 * MIB, 4 * MIB);
}

#[test]
fn w2_prefixes_without_messages() {
    let seen = attack("W2", &[("ATTACK__REQUEST_BODY_TIMEOUT", "1s")]);
    let case = &seen.cases()[0];
    assert_eq!(case.count("grpc DEADLINE_EXCEEDED"), 200, "{case}");
    seen.only(&[("slow_request", 200)]);
    // 64 KiB for each of 200.
    seen.memory_within(16 * MIB, 8 * MIB);
}

#[test]
fn w3_compression_bombs() {
    let seen = attack("W3", &[]);
    answers(seen.case("a GiB of zeros"), "grpc RESOURCE_EXHAUSTED");
    answers(seen.case("gzip in gzip"), "grpc INVALID_ARGUMENT");
    answers(seen.case("cut short"), "grpc INTERNAL");
    answers(seen.case("not gzip"), "grpc INTERNAL");
    seen.only(&[
        ("bad_compression", 2),
        ("message_too_large", 1),
        ("undecodable_message", 1),
    ]);
    seen.memory_within(32 * MIB, 16 * MIB);
}

#[test]
fn w4_flags_and_encodings() {
    let seen = attack("W4", &[]);
    for case in seen.cases() {
        if case.name.starts_with("flag") {
            answers(case, "grpc INTERNAL");
            continue;
        }
        answers(case, "grpc UNIMPLEMENTED");
        let last = case.last.as_ref().expect("answered");
        assert!(last.get("grpc-accept-encoding").is_some(), "{last:?}");
    }
    seen.only(&[
        ("compressed_without_encoding", 1),
        ("unknown_encoding", 2),
        ("unknown_message_flags", 1),
    ]);
}

#[test]
fn w5_two_million_elements() {
    let seen = attack("W5", &[]);
    seen.all_answer("grpc RESOURCE_EXHAUSTED");
    seen.only(&[("too_many_elements", 1)]);
    seen.memory_within(64 * MIB, 16 * MIB);
}

#[test]
fn w6_nested_too_deep() {
    let seen = attack("W6", &[]);
    seen.all_answer("grpc INVALID_ARGUMENT");
    seen.only(&[("undecodable_message", 7)]);
    seen.memory_within(32 * MIB, 16 * MIB);
}

#[test]
fn w7_messages_that_are_not_one() {
    let seen = attack("W7", &[]);
    seen.all_answer("grpc UNIMPLEMENTED");
    // None to two methods; two, and without an end, to both of them.
    seen.only(&[("no_message", 2), ("too_many_messages", 4)]);
}

#[test]
fn w8_content_types() {
    let seen = attack("W8", &[]);
    seen.all_answer("http 415");
    seen.only(&[("unsupported_media_type", 5)]);
}

#[test]
fn w9_verbs() {
    let seen = attack("W9", &[]);
    seen.all_answer("http 405");
    for case in seen.cases() {
        assert_eq!(
            case.last.as_ref().and_then(|answer| answer.get("allow")),
            Some("POST")
        );
    }
    seen.only(&[("method_not_allowed", 3)]);
}

#[test]
fn w10_timeouts() {
    let seen = attack("W10", &[]);
    for case in seen.cases() {
        let verdict = match &*case.name {
            "\"0n\"" => "grpc DEADLINE_EXCEEDED",
            "\"99999999H\"" => "grpc OK",
            _ => "grpc INTERNAL",
        };
        answers(case, verdict);
    }
    seen.only(&[("bad_timeout", 7), ("deadline_exceeded", 1)]);
}

#[test]
fn w11_deadlines_that_pass() {
    let seen = attack("W11", &[]);
    for name in ["unary", "stream that hangs", "stream without end"] {
        answers(seen.case(name), "grpc DEADLINE_EXCEEDED");
    }
    // What came before the deadline arrives.
    let hung = seen
        .case("stream that hangs")
        .last
        .as_ref()
        .expect("answered");
    assert_eq!(hung.messages().len(), 3);
    let waited = seen.case("request that never comes");
    assert_eq!(waited.count("grpc DEADLINE_EXCEEDED"), 4, "{waited}");
    let hop = seen.case("through another server");
    answers(hop, "grpc OK");
    let message = &hop.last.as_ref().expect("answered").messages()[0];
    let left = Answer::decode(&message[..]).expect("an Answer").number;
    assert!(
        (1..5_000).contains(&left),
        "{left} ms of 5 s are left one hop on"
    );
    seen.only(&[("deadline_exceeded", 7)]);
}

/// 100,000 in every run; a million where `SCAFFOLD_FULL` is set.
#[test]
fn w12_honest_cancellations() {
    let full = |target: &mut scaffold_tests::attack::Target| {
        target.patience = Duration::from_secs(60);
    };
    let seen = attack_with("W12", &[], full);
    let case = &seen.cases()[0];
    assert!(case.sent >= 100_000, "{case}");
    assert_eq!(case.fate, scaffold_tests::attack::Fate::Served, "{case}");
    seen.only(&[]);
    seen.memory_within(16 * MIB, 16 * MIB);
}

#[test]
fn w13_long_status_messages() {
    let seen = attack("W13", &[]);
    let case = &seen.cases()[0];
    answers(case, "grpc INTERNAL");
    let last = case.last.as_ref().expect("answered");
    let text = last.get("grpc-message").expect("it says why");
    assert!(text.len() <= 4096, "{} bytes", text.len());
    // Cut between characters, so that whoever decodes it gets UTF-8.
    assert!(text.starts_with("%F0%9F%A6%80%0D%0A%00"), "{text}");
    let bytes: Vec<u8> = text
        .split('%')
        .skip(1)
        .map(|hex| u8::from_str_radix(hex, 16).expect("all of it is escaped"))
        .collect();
    assert!(std::str::from_utf8(&bytes).is_ok());
    seen.only(&[("status_message_cut", 1)]);
}

#[test]
fn w14_panics() {
    let seen = attack("W14", &[]);
    seen.all_answer("grpc INTERNAL");
    for case in seen.cases() {
        let told = format!("{:?}", case.last);
        assert!(!told.contains("secret"), "{told}");
    }
    seen.only(&[("handler_panic", 3)]);
}

#[test]
fn w15_metadata() {
    let seen = attack("W15", &[]);
    seen.all_answer("grpc OK");
    let names = |case: &str| {
        let message = &seen.case(case).last.as_ref().expect("answered").messages()[0];
        Answer::decode(&message[..]).expect("an Answer").text
    };
    assert!(!names("bad base64").contains("x-data-bin"));
    assert!(names("padding and none").contains("x-a-bin"));
    assert!(names("a key of 8 KiB").contains("xkkk") || names("a key").contains("x-kkk"));
    assert!(!names("reserved").contains("grpc-"));
    // The others are values that nobody asked for, and a name that is long.
    seen.only(&[("reserved_metadata", 1)]);
}

/// The budget for the whole process holds, and what was held comes back.
#[test]
fn w17_messages_held_back() {
    let seen = attack("W17", &[]);
    let case = &seen.cases()[0];
    let refused = case.count("grpc RESOURCE_EXHAUSTED");
    assert_eq!(refused + case.count("open"), 200, "{case}");
    assert!((120..=199).contains(&refused), "{case}");
    assert_eq!(case.fate, scaffold_tests::attack::Fate::Served, "{case}");
    seen.only(&[("request_memory", refused as u64)]);
    seen.memory_within(256 * MIB + 64 * MIB, 64 * MIB);
}

/// To go on is not enough: the message has to come in time.
#[test]
fn w18_messages_that_trickle() {
    let slow = |target: &mut scaffold_tests::attack::Target| {
        target.pace = Duration::from_millis(100);
    };
    let seen = attack_with("W18", &[("ATTACK__REQUEST_BODY_TIMEOUT", "1s")], slow);
    let case = &seen.cases()[0];
    assert_eq!(case.count("grpc DEADLINE_EXCEEDED"), 20, "{case}");
    assert_eq!(case.fate, scaffold_tests::attack::Fate::Served, "{case}");
    seen.only(&[("slow_request", 20)]);
}
