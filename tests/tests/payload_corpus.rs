//! Payloads of a sample of real messages; `--bin corpus -- --payloads` makes them
//! of the whole corpus.

use scaffold_tests::corpus::{groups, protos};
use scaffold_tests::{payloads, tools};

/// Recursive, with maps and oneofs, large, with `Any`s, with proto2.
const SAMPLE: [&str; 7] = [
    "google/api/expr/",
    "google/cloud/language/v1/",
    "google/datastore/v1/",
    "google/firestore/v1/",
    "google/pubsub/v1/",
    "google/rpc/",
    "google/type/",
];

#[test]
fn payloads_of_real_messages_decode() {
    let Some(root) = tools::corpus() else {
        return;
    };
    let mut messages = 0;
    for files in groups(&protos(&root, &SAMPLE.map(String::from))).values() {
        let decoded = payloads::decode_all(&root, files).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(decoded.payloads, 3 * decoded.messages);
        messages += decoded.messages;
    }
    assert!(
        messages > 300,
        "the sample has shrunk to {messages} messages"
    );
}
