//! Rows H10, H14, H15: streams too many, and readers that do not read.

use super::support::*;
use scaffold_tests::attack::Fate;

#[test]
fn h10_ten_thousand_streams() {
    let seen = attack("H10", &[]);
    let case = &seen.cases()[0];
    assert_eq!(case.count("open"), 200, "{case}");
    assert_eq!(case.count("RST_STREAM REFUSED_STREAM"), 9_800, "{case}");
    assert!(
        matches!(case.fate, Fate::Open { goaway: None, .. }),
        "{case}"
    );
    assert_eq!(seen.counted("stream_limit"), 9_800);
    seen.memory_within(32 * MIB, 16 * MIB);
}

/// What a handler streams is held up; of what it hands over whole, 200 times
/// 4 MiB, the process' budget of 256 MiB is there until the stall's end.
#[test]
fn h14_no_window_for_the_answers() {
    let seen = attack("H14", &[("ATTACK__WRITE_STALL_TIMEOUT", "1s")]);
    for case in seen.cases() {
        assert_eq!(case.fate, Fate::Served, "{case}");
    }
    let streamed = seen.case("200 streams");
    assert_eq!(streamed.count("RST_STREAM CANCEL"), 200, "{streamed}");
    let held = streamed.note.split(' ');
    let held = held.filter_map(|word| word.parse::<u64>().ok()).next();
    // 64 KiB of each may wait to be sent, and one message in the making.
    assert!(
        held.is_none_or(|mib| mib <= 200 * 128 / 1024 + 32),
        "{streamed}"
    );
    let whole = seen.case("200 messages");
    // 64 answers at once; where the machine is slow, some are given up and make
    // room while others still come.
    let waited = whole.count("RST_STREAM CANCEL");
    let refused = whole.count("grpc RESOURCE_EXHAUSTED");
    assert_eq!(waited + refused, 200, "{whole}");
    assert!(waited >= 64 && refused > 0, "{whole}");
    seen.only(&[
        ("response_memory", refused as u64),
        ("stream_stall", 200 + waited as u64),
    ]);
    seen.memory_within(256 * MIB + 64 * MIB, 128 * MIB);
}

/// A byte in time, always, so that nothing ever stalls: it is too slow.
#[test]
fn h15_a_byte_at_a_time() {
    let slow = |target: &mut scaffold_tests::attack::Target| {
        target.pace = std::time::Duration::from_millis(50);
    };
    let seen = attack_with("H15", &[("ATTACK__MIN_WRITE_RATE_PERIOD", "2s")], slow);
    let case = &seen.cases()[0];
    assert!(case.fate.ended_after().is_some(), "{case}");
    seen.only(&[("slow_reader", 1)]);
    seen.memory_within(32 * MIB, 16 * MIB);
}

/// The same where the kernel takes nothing for long enough.
#[test]
fn h15_nothing_for_a_second() {
    let slow = |target: &mut scaffold_tests::attack::Target| {
        target.pace = std::time::Duration::from_millis(50);
    };
    let seen = attack_with("H15", &[("ATTACK__WRITE_STALL_TIMEOUT", "1s")], slow);
    let case = &seen.cases()[0];
    assert!(case.fate.ended_after().is_some(), "{case}");
    assert_eq!(seen.counted("write_stall"), 1);
    seen.memory_within(32 * MIB, 16 * MIB);
}
