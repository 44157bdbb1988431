//! What a pipe holds, and what it is charged for it.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;

use super::{Outbound, Pipe, Taken};
use crate::compression::CompressionConfig;
use crate::framing::Rules;
use crate::pool::Budget;
use crate::{Code, Metadata, Status};

/// A peer that takes everything, or nothing.
#[derive(Default)]
struct Peer {
    shut: bool,
    got: Vec<u8>,
    kept: Vec<Bytes>,
}

impl Outbound for Peer {
    fn head(&mut self, _: Metadata) -> bool {
        true
    }

    fn copy(&mut self, bytes: &[u8]) -> bool {
        if !self.shut {
            self.got.extend_from_slice(bytes);
        }
        !self.shut
    }

    fn piece(&mut self, bytes: &Bytes) -> Taken {
        if self.shut {
            return Taken::NotNow;
        }
        self.got.extend_from_slice(bytes);
        self.kept.push(bytes.clone());
        Taken::Yes
    }
}

fn send(pipe: &Pipe, len: usize) -> Result<(), Code> {
    let rules = Rules::new(1 << 20, &CompressionConfig::default());
    let cx = Context::from_waker(Waker::noop());
    match pipe.poll_send(&vec![7u8; len], &rules, &mut Metadata::new(), &cx) {
        Poll::Ready(sent) => sent.map_err(|status| status.code()),
        Poll::Pending => panic!("there is no room"),
    }
}

#[test]
fn short_messages_that_wait_are_charged_and_given_back() {
    let budget = Arc::new(Budget::new(64 << 10));
    let mut peer = Peer {
        shut: true,
        ..Peer::default()
    };
    let pipes: Vec<_> = (0..20)
        .map(|_| Pipe::new(1 << 20, budget.clone(), budget.clone()))
        .collect();
    // The first of each is free; together they are more than there is.
    for pipe in &pipes {
        assert_eq!(send(pipe, 1_000), Ok(()));
        pipe.carry(&mut peer);
    }
    assert_eq!(budget.used(), 0);
    let mut sent = 20;
    let refused = 'all: loop {
        for pipe in &pipes {
            if let Err(code) = send(pipe, 1_000) {
                break 'all code;
            }
            sent += 1;
            pipe.carry(&mut peer);
        }
    };
    assert_eq!(refused, Code::ResourceExhausted);
    assert!(budget.used() > 32 << 10, "{} bytes", budget.used());
    // Nothing of what was taken is lost, and a call that is over gives back.
    peer.shut = false;
    for pipe in &pipes[1..] {
        pipe.carry(&mut peer);
    }
    let rest = pipes[0].finish();
    peer.kept.extend(rest.queue);
    let last: usize = peer.kept[peer.kept.len().saturating_sub(2)..]
        .iter()
        .map(Bytes::len)
        .sum();
    assert!(last > 0);
    assert!(budget.used() > 0);
    peer.kept.clear();
    assert_eq!(budget.used(), 0);
    assert!(peer.got.len() + last >= sent * 1_000);
    assert_eq!(send(&pipes[1], 1_000), Ok(()));
}

/// Who was busy once, and is quiet now, holds nothing.
#[test]
fn a_stream_that_flows_costs_nothing_between_its_bursts() {
    let budget = Arc::new(Budget::new(64 << 10));
    let pipe = Pipe::new(32 << 10, budget.clone(), budget.clone());
    let mut peer = Peer::default();
    for _ in 0..3 {
        for _ in 0..30 {
            assert_eq!(send(&pipe, 1_000), Ok(()));
        }
        assert!(budget.used() > 0);
        pipe.carry(&mut peer);
        peer.kept.clear();
        assert_eq!(budget.used(), 0);
    }
    assert_eq!(peer.got.len() / 1_000, 90);
}

#[test]
fn what_is_not_read_is_charged_and_given_back() {
    let budget = Arc::new(Budget::new(256 << 10));
    let pipe = |_| Pipe::new(1 << 20, budget.clone(), budget.clone());
    let pipes: Vec<_> = (0..3).map(pipe).collect();
    let cx = Context::from_waker(Waker::noop());
    let piece = Bytes::from(vec![7; 10 << 10]);
    let push = |pipe: &Pipe| pipe.push(&piece, || piece.clone());
    let read = |pipe: &Pipe| match pipe.poll_piece(&cx) {
        Poll::Ready(Some(Ok(piece))) => Some(piece.len()),
        Poll::Ready(Some(Err(broken))) => {
            assert_eq!(Status::from(broken).code(), Code::ResourceExhausted);
            None
        }
        other => panic!("{other:?}"),
    };
    // The first is free.
    push(&pipes[0]);
    assert_eq!(budget.used(), 0);
    assert_eq!(read(&pipes[0]), Some(10 << 10));
    for _ in 0..20 {
        push(&pipes[0]);
        push(&pipes[1]);
    }
    // The one that came too late is over; the other has lost nothing.
    let (mut all, mut refused) = (0, 0);
    for pipe in &pipes[..2] {
        for _ in 0..20 {
            match read(pipe) {
                Some(len) => all += len,
                None => refused += 1,
            }
        }
    }
    assert_eq!((all, refused), (200 << 10, 20));
    assert_eq!(budget.used(), 0);
    // However it ends, what was charged is given back.
    for _ in 0..10 {
        push(&pipes[2]);
    }
    assert!(budget.used() > 0);
    drop(pipes);
    assert_eq!(budget.used(), 0);
}
