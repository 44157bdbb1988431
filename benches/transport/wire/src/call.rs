//! What came for a call: messages, counted by their prefixes.

/// Bytes of the gRPC prefix.
const PREFIX: usize = 5;

/// A call in flight.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// When it was due, in nanoseconds since the load's epoch.
    pub(crate) due: u64,
    /// Messages that came whole.
    pub(crate) messages: u64,
    /// Bytes of messages, without prefixes.
    pub(crate) bytes: u64,
    /// Bytes that came since we last gave some back.
    pub(crate) received: u32,
    /// Bytes that may still be sent on the stream.
    pub(crate) window: i64,
    pub(crate) done: bool,
    prefix: [u8; PREFIX],
    /// Bytes of the prefix that are there.
    have: usize,
    /// Bytes of the message that are to come.
    left: usize,
}

// === impl Call ===

impl Call {
    pub(crate) fn new(due: u64, window: i64) -> Call {
        Call {
            due,
            messages: 0,
            bytes: 0,
            received: 0,
            window,
            done: false,
            prefix: [0; PREFIX],
            have: 0,
            left: 0,
        }
    }

    /// Takes what a DATA frame carries; says how many messages it ended.
    pub(crate) fn take(&mut self, mut data: &[u8]) -> u64 {
        let before = self.messages;
        while !data.is_empty() {
            if self.have < PREFIX {
                let take = data.len().min(PREFIX - self.have);
                self.prefix[self.have..self.have + take].copy_from_slice(&data[..take]);
                self.have += take;
                data = &data[take..];
                if self.have < PREFIX {
                    break;
                }
                self.left = crate::frame::number(&self.prefix[1..]) as usize;
                self.bytes += self.left as u64;
            }
            let take = data.len().min(self.left);
            self.left -= take;
            data = &data[take..];
            if self.left == 0 {
                self.messages += 1;
                self.have = 0;
            }
        }
        self.messages - before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_counted_however_they_are_cut() {
        let stream = [
            messages::framed(b"abc"),
            messages::framed(b""),
            messages::framed(&[7; 300]),
        ]
        .concat();
        for size in 1..stream.len() {
            let mut call = Call::new(0, 0);
            let ended: u64 = stream.chunks(size).map(|piece| call.take(piece)).sum();
            assert_eq!(
                (ended, call.messages, call.bytes),
                (3, 3, 303),
                "pieces of {size}"
            );
        }
    }
}
