//! Rows H1, H2, H6 to H9: frames that cost the sender nothing.

use super::support::*;

#[test]
fn h1_rapid_reset() {
    let seen = attack("H1", &[]);
    seen.all_calmed("too_many_resets");
    // Far from all of it was looked at: one stream in a hundred.
    let started = seen.report.handlers.expect("seen").started;
    assert!(started < 5_000, "{}", seen.report);
    seen.memory_within(32 * MIB, 16 * MIB);
}

#[test]
fn h2_made_you_reset() {
    let seen = attack("H2", &[]);
    assert_eq!(seen.cases().len(), 6);
    seen.all_calmed("too_many_internal_resets");
    let provoked = [
        "stream_window_update_zero",
        "stream_window_overflow",
        "frame_after_end_stream",
        "priority_length",
        "self_dependency",
    ];
    for cause in provoked {
        assert!((1..=2_200).contains(&seen.counted(cause)), "{cause}");
    }
    seen.memory_within(32 * MIB, 16 * MIB);
}

#[test]
fn h6_settings_flood() {
    let seen = attack("H6", &[]);
    assert_eq!(seen.counted("too_many_settings"), 2);
    calmed(seen.case("answers read"), "too_many_settings");
    let unread = seen.case("answers not read");
    assert!(unread.fate.ended_after().is_some(), "{unread}");
    seen.memory_within(16 * MIB, 8 * MIB);
}

#[test]
fn h7_ping_flood() {
    let seen = attack("H7", &[]);
    assert_eq!(seen.counted("too_many_pings"), 2);
    calmed(seen.case("answers read"), "too_many_pings");
    let unread = seen.case("answers not read");
    assert!(unread.fate.ended_after().is_some(), "{unread}");
    seen.memory_within(16 * MIB, 8 * MIB);
}

#[test]
fn h8_window_update_and_priority_floods() {
    let seen = attack("H8", &[]);
    for (case, cause) in [
        ("WINDOW_UPDATE", "too_many_window_updates"),
        ("PRIORITY", "too_many_priorities"),
        ("unknown", "too_many_unknown_frames"),
    ] {
        calmed(seen.case(case), cause);
        assert_eq!(seen.counted(cause), 1, "{cause}");
    }
    seen.memory_within(16 * MIB, 8 * MIB);
}

#[test]
fn h9_data_that_carries_nothing() {
    let seen = attack("H9", &[]);
    seen.all_calmed("too_many_data_frames");
    seen.memory_within(16 * MIB, 8 * MIB);
}
