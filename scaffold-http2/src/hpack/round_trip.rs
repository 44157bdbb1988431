//! What one end encodes the other decodes, whatever the fields, policies and
//! table sizes; and no bytes whatsoever make the decoder misbehave.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{Decoder, Encoder, Field, Indexing};
use crate::head::{Head, HeadBuf, ListLimits};

type Owned = (String, Vec<u8>, Indexing);

fn field() -> impl Strategy<Value = Owned> {
    let name = prop_oneof![
        Just("content-type".to_owned()),
        Just("grpc-timeout".to_owned()),
        Just("cookie".to_owned()),
        "[a-z][a-z0-9-]{0,40}",
    ];
    let value = prop_oneof![
        Just(b"application/grpc".to_vec()),
        vec(0x21u8..=0xff, 0..60),
        "[a-z0-9]{0,3}".prop_map(String::into_bytes),
    ];
    let indexing = prop_oneof![
        Just(Indexing::Without),
        Just(Indexing::Insert),
        Just(Indexing::Never)
    ];
    (name, value, indexing)
}

/// Between two blocks the decoder's side may announce another table size.
fn connection() -> impl Strategy<Value = Vec<(Option<usize>, Vec<Owned>)>> {
    vec(
        (
            proptest::option::weighted(0.2, 0usize..5_000),
            vec(field(), 0..12),
        ),
        1..20,
    )
}

proptest! {
    #[test]
    fn blocks_survive(blocks in connection(), cap in 0usize..6_000) {
        let mut encoder = Encoder::new(cap);
        let mut decoder = Decoder::new(4_096);
        for (limit, fields) in blocks {
            if let Some(limit) = limit {
                encoder.set_limit(limit);
                decoder.set_limit(limit);
            }
            let mut block = Vec::new();
            encoder.begin(&mut block);
            for (name, value, indexing) in &fields {
                encoder.encode(&mut block, &Field::new(name, value).indexing(*indexing));
            }
            let mut head = HeadBuf::new(ListLimits::TEST);
            prop_assert_eq!(decoder.decode(&block, &mut head), Ok(()));
            // Some names may not be sent over HTTP/2; those are left out.
            if head.fault().is_none() {
                let seen: Vec<_> = Head(&head)
                    .fields()
                    .map(|(name, value)| (name.to_vec(), value.to_vec()))
                    .collect();
                let want: Vec<_> = fields
                    .into_iter()
                    .map(|(name, value, _)| (name.into_bytes(), value))
                    .collect();
                prop_assert_eq!(seen, want);
            }
        }
    }

    #[test]
    fn any_bytes_are_taken_or_refused(blocks in vec(vec(any::<u8>(), 0..200), 1..10)) {
        let mut decoder = Decoder::new(4_096);
        for block in blocks {
            let mut head = HeadBuf::new(ListLimits { bytes: 4_096, bomb: 16_384, fields: 64 });
            if decoder.decode(&block, &mut head).is_err() {
                break;
            }
            prop_assert!(Head(&head).fields().len() <= 64);
            prop_assert!(decoder.memory() < 64 << 10);
        }
    }
}
