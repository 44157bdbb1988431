//! What schedules promise, whatever the stages.

use std::time::Duration;

use proptest::prelude::*;

use super::{Arrival, Profile, Schedule, Stage, parse_stages};

fn stages() -> impl Strategy<Value = Schedule> {
    let stage = (0.0..2000.0f64, 0.0..2000.0f64, 1..1500u64, any::<bool>());
    let stage = stage.prop_map(|(from, to, millis, flat)| Stage {
        from,
        to: if flat { from } else { to },
        length: Duration::from_millis(millis),
    });
    prop::collection::vec(stage, 1..6).prop_map(Schedule::new)
}

/// The area under the rate from the beginning to `at`.
fn area(schedule: &Schedule, at: Duration) -> f64 {
    let (mut left, mut sum) = (at.as_secs_f64(), 0.0);
    for stage in schedule.stages() {
        let length = stage.length.as_secs_f64();
        let t = left.min(length);
        sum += stage.from * t + (stage.to - stage.from) / length * t * t / 2.0;
        left -= t;
    }
    sum
}

proptest! {
    #[test]
    fn calls_come_in_order_and_inside(schedule in stages(), seed: u64, even: bool) {
        let arrival = if even { Arrival::Uniform } else { Arrival::Poisson };
        let mut last = Duration::ZERO;
        for at in schedule.calls(arrival, seed) {
            prop_assert!(at >= last && at <= schedule.length());
            last = at;
        }
    }

    #[test]
    fn even_calls_are_where_the_area_says(schedule in stages()) {
        let calls: Vec<_> = schedule.calls(Arrival::Uniform, 1).collect();
        let expected = schedule.expected_calls();
        prop_assert!((calls.len() as f64 - expected).abs() <= 1.0, "{} of {expected}", calls.len());
        for (index, at) in calls.iter().enumerate() {
            // A nanosecond is the clock's step; a rate bends it into area.
            let slack = 1e-6 + 4e-9 * schedule.peak() * index as f64;
            let off = area(&schedule, *at) - index as f64;
            prop_assert!(off.abs() <= slack.max(1e-4), "call {index} off by {off}");
        }
    }

    #[test]
    fn a_seed_repeats_and_another_differs(seed: u64) {
        let schedule = Schedule::new([Stage::hold(500.0, Duration::from_secs(1))]);
        let of = |seed| schedule.calls(Arrival::Poisson, seed).collect::<Vec<_>>();
        prop_assert_eq!(of(seed), of(seed));
        prop_assert_ne!(of(seed), of(seed.wrapping_add(1)));
    }
}

#[test]
fn chance_gives_the_rate_and_exponential_gaps() {
    let schedule = Schedule::new([Stage::hold(1000.0, Duration::from_secs(100))]);
    let calls: Vec<_> = schedule.calls(Arrival::Poisson, 7).collect();
    // Five standard deviations of a Poisson count.
    assert!(
        (calls.len() as f64 - 1e5).abs() < 5.0 * 1e5f64.sqrt(),
        "{}",
        calls.len()
    );
    let long = calls
        .windows(2)
        .filter(|two| two[1] - two[0] > Duration::from_millis(1))
        .count();
    let share = long as f64 / calls.len() as f64;
    assert!(
        (share - (-1.0f64).exp()).abs() < 0.01,
        "{share} of the gaps are above the mean"
    );
}

#[test]
fn no_error_adds_up_over_millions_of_calls() {
    let schedule = Schedule::new([Stage::hold(300_000.0, Duration::from_secs(10))]);
    let last = schedule.calls(Arrival::Uniform, 0).last().expect("calls");
    let ideal = 2_999_999.0 / 300_000.0;
    assert!((last.as_secs_f64() - ideal).abs() < 2e-9);
}

#[test]
fn stages_are_read_as_written() {
    let seconds = Duration::from_secs;
    let schedule = parse_stages("0..2k/s@30s, 2k/s@5m, 10k/s@10s,0@10s").unwrap();
    assert_eq!(schedule.stages().len(), 4);
    assert_eq!(schedule.stages()[0].to, 2000.0);
    assert_eq!(schedule.length(), seconds(350));
    assert_eq!(schedule.peak(), 10_000.0);
    assert_eq!(schedule.rate_at(seconds(15)), 1000.0);
    assert_eq!(schedule.rate_at(seconds(345)), 0.0);
    let steps = parse_stages("1k..5k/5@1m").unwrap();
    let rates: Vec<f64> = steps.stages().iter().map(|stage| stage.to).collect();
    assert_eq!(rates, [1000.0, 2000.0, 3000.0, 4000.0, 5000.0]);
    for wrong in [
        "",
        "5",
        "5@",
        "x@1s",
        "0@10s",
        "5@0s",
        "1..2/1@1s",
        "1..2..3@1s",
        "-1@1s",
    ] {
        assert!(parse_stages(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn profiles_last_as_long_as_asked() {
    for profile in ["smoke", "load", "stress", "spike", "soak"] {
        let profile = Profile::from_name(profile).expect("a profile");
        let schedule = profile.schedule(100.0, Duration::from_secs(60));
        let off = schedule.length().as_secs_f64() - 60.0;
        assert!(off.abs() < 1e-6, "{profile:?} is off by {off}");
        assert!(schedule.expected_calls() > 0.0);
    }
}
