//! Rows H3 to H5, H17, H20: header blocks.

use super::support::*;

#[test]
fn h3_continuation_flood() {
    let seen = attack("H3", &[]);
    seen.all_calmed("too_many_continuations");
    for case in seen.cases() {
        // HEADERS, four that are allowed, one too many; one may be under way.
        assert!(case.sent <= 7, "{case}");
    }
    seen.memory_within(8 * MIB, 4 * MIB);
}

#[test]
fn h4_header_bomb() {
    let seen = attack("H4", &[]);
    answers(seen.case("5 uses"), "http 431");
    calmed(seen.case("10,000 uses"), "header_list_bomb");
    assert_eq!(seen.counted("header_list_bomb"), 1);
    assert_eq!(seen.counted("header_list_too_large"), 1);
    seen.memory_within(8 * MIB, 4 * MIB);
}

#[test]
fn h5_large_header_lists() {
    let seen = attack("H5", &[]);
    seen.all_answer("http 431");
    assert_eq!(seen.counted("header_list_too_large"), 2);
    seen.memory_within(8 * MIB, 4 * MIB);
}

#[test]
fn h17_stream_identifiers_run_out() {
    let seen = attack("H17", &[]);
    let last = seen.case("stream 2^31-1");
    assert_eq!(last.count("grpc OK"), 1, "{last}");
    let said = (Some(0), "stream_ids_exhausted");
    assert_eq!(last.fate.goaway(), said, "{last}");
    assert!(last.fate.ended_after().is_some(), "{last}");
    answers(seen.case("another connection"), "grpc OK");
    seen.only(&[("stream_ids_exhausted", 1)]);
}

#[test]
fn h20_malformed_requests() {
    let seen = attack("H20", &[]);
    seen.all_answer("RST_STREAM PROTOCOL_ERROR");
    seen.only(&[
        ("bad_content_length", 1),
        ("connection_specific_field", 1),
        ("misplaced_pseudo_field", 1),
        ("missing_pseudo_field", 1),
        ("uppercase_field_name", 1),
    ]);
}
