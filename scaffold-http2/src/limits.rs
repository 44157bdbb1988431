//! Every limit there is, each with a finite default.

use std::time::Duration;

use crate::Rate;

/// What one connection may cost. Bytes and counts are per connection unless a
/// field says otherwise; no value means "unlimited".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    // === streams ===
    /// Streams of the peer that may be open at once, announced as
    /// SETTINGS_MAX_CONCURRENT_STREAMS; one more is answered with
    /// REFUSED_STREAM. On a client: streams it opens at once, whatever more
    /// the server allows. Default 200, at most 32,768.
    pub max_streams: u32,

    // === what comes in ===
    /// Longest frame in bytes, announced as SETTINGS_MAX_FRAME_SIZE; the
    /// driver's read buffer must hold one with its nine bytes of header.
    /// 16,384 (default) to 16,777,215.
    pub frame: u32,
    /// Decoded header list in bytes (32 for each field on top), announced as
    /// SETTINGS_MAX_HEADER_LIST_SIZE: a longer one is answered with status
    /// 431. Default 16 KiB.
    pub header_list: u32,
    /// A decoded header list beyond this ends the connection. Default 64 KiB.
    pub header_list_bomb: u32,
    /// Fields of one header list; more are answered with status 431. Default
    /// 128, at most 65,535.
    pub header_fields: u32,
    /// One header block on the wire in bytes, over all its frames. Default
    /// 72 KiB.
    pub header_block: u32,
    /// CONTINUATION frames of one header block. Default 4.
    pub continuations: u32,
    /// The peer's compression table in bytes, announced as
    /// SETTINGS_HEADER_TABLE_SIZE. Default 4,096.
    pub decoder_table: u32,
    /// Parameters in one SETTINGS frame. Default 64.
    pub settings_entries: u32,

    // === what goes out ===
    /// Our compression table in bytes, where the peer allows as much. Default
    /// 4,096.
    pub encoder_table: u32,
    /// Header list that this side sends in bytes, 32 for each field on top.
    /// Default 64 KiB.
    pub max_send_list: u32,
    /// DATA is not written beyond this many bytes waiting in the output.
    /// Default 256 KiB.
    pub output_soft: usize,
    /// Input is not processed beyond this many bytes waiting in the output:
    /// a peer that does not read is not read from. Default 512 KiB.
    pub output_hard: usize,
    /// Bytes queued on one stream beyond which more are not taken; a single
    /// piece is taken whatever its length. Default 64 KiB.
    pub stream_queue: usize,
    /// Bytes queued on all streams beyond which more are not taken; a single
    /// piece is taken whatever its length. Default 16 MiB.
    pub connection_queue: usize,

    // === how often ===
    /// RST_STREAM for streams that got no data yet, and for ones already
    /// over; each stream that ends well gives one back. Default 1,024 and
    /// 200/s.
    pub resets: Rate,
    /// RST_STREAM that the peer provokes from this side by breaking rules.
    /// Default 1,000 and 10/s.
    pub internal_resets: Rate,
    /// Streams above `max_streams`. Default 20,000 and 1,000/s.
    pub refused: Rate,
    /// PING of the peer; each stream gives one back, and the first one behind
    /// HEADERS or DATA of this side is free. Default 100 and 10/s.
    /// [`PingPolicy`](crate::PingPolicy) is stricter where it is set.
    pub pings: Rate,
    /// SETTINGS, acknowledgements and GOAWAY. Default 100 and 10/s.
    pub settings: Rate,
    /// DATA of less than five bytes that does not end its stream; each longer
    /// one gives one back. Default 1,000 and 100/s.
    pub tiny_data: Rate,
    /// WINDOW_UPDATE; each DATA frame sent gives two back, each stream four.
    /// Default 2,000 and 1,000/s.
    pub window_updates: Rate,
    /// PRIORITY; each stream gives two back. Default 1,000 and 100/s.
    pub priorities: Rate,
    /// Frames of unknown types; each stream gives two back. Default 1,000 and
    /// 100/s.
    pub unknown: Rate,
    /// Frames on streams that this side has reset. Default 10,000 and
    /// 1,000/s.
    pub stale: Rate,
    /// Interim (1xx) responses; each stream gives one back. Default 100 and
    /// 10/s.
    pub interims: Rate,

    // === how long ===
    /// From the start until the peer's preface and SETTINGS are here. Default
    /// 5 s.
    pub handshake: Duration,
    /// Until the peer acknowledges SETTINGS. Default 10 s.
    pub settings_ack: Duration,
    /// How long output may wait without one byte of it being taken, or the
    /// connection's window be used up, before the connection ends. Default
    /// 30 s.
    pub write_stall: Duration,
    /// How long a stream with something to send may have no window before it
    /// is reset. Default 30 s.
    pub stream_stall: Duration,
    /// Between the two GOAWAYs of a graceful shutdown, unless a ping comes
    /// back earlier. Default 1 s.
    pub drain_ping: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let rate = |burst, per_second| Rate { burst, per_second };
        Self {
            max_streams: 200,
            frame: 16_384,
            header_list: 16 << 10,
            header_list_bomb: 64 << 10,
            header_fields: 128,
            header_block: 72 << 10,
            continuations: 4,
            decoder_table: 4_096,
            settings_entries: 64,
            encoder_table: 4_096,
            max_send_list: 64 << 10,
            output_soft: 256 << 10,
            output_hard: 512 << 10,
            stream_queue: 64 << 10,
            connection_queue: 16 << 20,
            resets: rate(1_024, 200),
            internal_resets: rate(1_000, 10),
            refused: rate(20_000, 1_000),
            pings: rate(100, 10),
            settings: rate(100, 10),
            tiny_data: rate(1_000, 100),
            window_updates: rate(2_000, 1_000),
            priorities: rate(1_000, 100),
            unknown: rate(1_000, 100),
            stale: rate(10_000, 1_000),
            interims: rate(100, 10),
            handshake: Duration::from_secs(5),
            settings_ack: Duration::from_secs(10),
            write_stall: Duration::from_secs(30),
            stream_stall: Duration::from_secs(30),
            drain_ping: Duration::from_secs(1),
        }
    }
}

impl Limits {
    /// The most memory one connection can make this crate hold, in bytes:
    /// output, queues (as long as no single piece is larger than
    /// `stream_queue`, and no trailers behind queued data are larger than
    /// 1 KiB), header blocks and lists, both tables. The driver's
    /// read buffer and what it keeps of `window` bytes received come on top.
    #[must_use]
    pub fn memory_bound(&self) -> usize {
        // Settings may be anything: each product saturates.
        let streams = self.max_streams.min(1 << 15) as usize;
        // Copies grow by doubling, so that as much again may be spare.
        let queues = self
            .connection_queue
            .min(streams.saturating_mul(self.stream_queue))
            .saturating_mul(2)
            .saturating_add(streams * 1024);
        let tables = 4 * (self.decoder_table as usize + self.encoder_table as usize);
        // One list is decoded at a time; others are kept while small.
        let heads =
            3 * self.header_list_bomb as usize + 2 * self.header_block as usize + (96 << 10);
        let slots = streams * 512 + (16 << 10);
        let output = self.output_hard.saturating_add(self.output_soft);
        [output.saturating_mul(2), queues, tables, heads, slots]
            .into_iter()
            .fold(0, usize::saturating_add)
    }
}
