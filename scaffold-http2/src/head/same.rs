//! A section that is recognised is the section that decoding gives: for any
//! sequence of blocks, well-made or not.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{Head, HeadBuf, HeadCache, ListLimits};
use crate::field::Name;
use crate::hpack::{Decoder, Encoder, Field, Indexing};

const LIMITS: ListLimits = ListLimits {
    bytes: 700,
    bomb: 1_400,
    fields: 12,
};

/// Fields out of which calls are made: few, so that calls resemble each other.
const NAMES: [&str; 12] = [
    ":method",
    ":scheme",
    ":path",
    ":authority",
    "te",
    "content-type",
    "content-length",
    "user-agent",
    "grpc-timeout",
    "authorization",
    "x-request-id",
    "x-long",
];

fn value(name: &str, variant: u8) -> String {
    match (name, variant) {
        // Now and then a field that breaks a rule.
        (_, 250..) => "a\nb".to_owned(),
        (":method", _) => "POST".to_owned(),
        (":scheme", _) => "http".to_owned(),
        (":path", _) => format!("/service/Method{}", variant / 100),
        ("te", _) => "trailers".to_owned(),
        ("content-type", _) => format!(
            "application/grpc{}",
            &"+proto"[..usize::from(variant / 200) * 6]
        ),
        ("content-length", _) => (variant / 128).to_string(),
        ("grpc-timeout", _) => format!("{}m", u32::from(variant) * 77),
        ("x-long", _) => "v".repeat(usize::from(variant) * 2),
        (_, 120..) => format!("{variant:09}"),
        _ => "same".to_owned(),
    }
}

/// Which names, which policy and value for each.
type Call = (u16, Vec<(u8, u8)>);

fn call() -> impl Strategy<Value = Call> {
    let names = prop_oneof![
        4 => Just(0b0001_1011_1111u16),
        4 => Just(0b0101_0011_1111u16),
        1 => any::<u16>(),
    ];
    (names, vec((any::<u8>(), any::<u8>()), NAMES.len()))
}

fn encode(encoder: &mut Encoder, (names, fields): &Call, policy: u8) -> Vec<u8> {
    let mut block = Vec::new();
    encoder.begin(&mut block);
    for (at, name) in NAMES.iter().enumerate() {
        if names & (1 << at) == 0 {
            continue;
        }
        let (how, variant) = fields[at];
        // A client has a way for each name, which it seldom leaves.
        let how = if how > 240 {
            how
        } else {
            policy.rotate_left(at as u32)
        };
        let indexing = [
            Indexing::Insert,
            Indexing::Without,
            Indexing::Insert,
            Indexing::Never,
        ];
        let value = value(name, variant);
        let field = Field::new(name, &value).indexing(indexing[usize::from(how % 4)]);
        encoder.encode(&mut block, &field);
    }
    block
}

/// All there is to see.
fn seen(buf: &HeadBuf) -> impl PartialEq + std::fmt::Debug + use<> {
    let head = Head(buf);
    let known = (0..Name::COUNT).map(|at| {
        let text = NAMES.get(at).copied().unwrap_or("tracestate");
        head.get(Name::of(text.as_bytes())).map(<[u8]>::to_vec)
    });
    let fields = head.fields().map(|(n, v)| (n.to_vec(), v.to_vec()));
    (
        (buf.fault(), buf.is_flawed(), buf.content_length()),
        (!buf.is_flawed()).then(|| {
            (
                known.collect::<Vec<_>>(),
                fields.collect::<Vec<_>>(),
                buf.size(),
            )
        }),
    )
}

/// What a handler may make of a section.
fn token(head: &Head<'_>) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    for name in [Name::Method, Name::Path, Name::Authority] {
        head.get(name).hash(&mut hasher);
    }
    for (name, value) in head.fields() {
        name.hash(&mut hasher);
        if Name::of(name).is_resolved() {
            value.hash(&mut hasher);
        }
    }
    hasher.finish()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn as_decoding_gives(
        calls in vec(call(), 1..60),
        policy in any::<u8>(),
        cap in prop_oneof![Just(4_096usize), 0..1_500usize],
        broken in proptest::option::weighted(0.3, (0usize..60, any::<u16>(), any::<u8>())),
    ) {
        let mut encoder = Encoder::new(cap);
        let mut cache = HeadCache::new(LIMITS);
        let (mut cached, mut plain) = (Decoder::new(4_096), Decoder::new(4_096));
        for (number, call) in calls.iter().enumerate() {
            let mut block = encode(&mut encoder, call, policy);
            if let Some((which, at, byte)) = broken
                && which == number
                && !block.is_empty()
            {
                let at = usize::from(at) % block.len();
                block[at] = byte;
            }
            let mut head = HeadBuf::new(LIMITS);
            let want = plain.decode(&block, &mut head);
            let decoded = match cache.decode(&mut cached, &block) {
                Ok(decoded) => decoded,
                Err(refusal) => {
                    prop_assert_eq!(want, Err(refusal));
                    return Ok(());
                }
            };
            prop_assert_eq!(want, Ok(()));
            prop_assert_eq!(seen(cache.head(decoded)), seen(&head), "call {}", number);
            prop_assert_eq!(cached.changes(), plain.changes());
            if !head.is_flawed() {
                cache.resolve(decoded, token);
                prop_assert_eq!(Head(cache.head(decoded)).token(), token(&Head(&head)));
            }
            cache.done(decoded);
            prop_assert!(cache.memory() < 96 << 10);
        }
    }
}
