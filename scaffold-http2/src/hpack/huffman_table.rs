//! The Huffman code of RFC 7541 Appendix B, derived when this crate is
//! compiled. The code is canonical: its lengths say everything.

/// Number of symbols; the last is the end-of-string mark.
pub(super) const SYMBOLS: usize = 257;

/// Length of the longest code in bits.
pub(super) const LONGEST: usize = 30;

/// Bits that the first lookup of the decoder takes: every printable letter
/// and digit has a code no longer than this.
pub(super) const FAST_BITS: u32 = 9;

/// Bits of the lookup that gives two symbols: all pairs of digits, and most
/// pairs of lower-case letters.
pub(super) const PAIR_BITS: u32 = 12;

#[rustfmt::skip]
pub(super) const LENGTHS: [u8; SYMBOLS] = [
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
    28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
     6, 10, 10, 12, 13,  6,  8, 11, 10, 10,  8, 11,  8,  6,  6,  6,
     5,  5,  5,  6,  6,  6,  6,  6,  6,  6,  7,  8, 15,  6, 12, 10,
    13,  6,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,
     7,  7,  7,  7,  7,  7,  7,  7,  8,  7,  8, 13, 19, 13, 14,  6,
    15,  5,  6,  5,  6,  5,  6,  6,  6,  5,  7,  7,  6,  6,  6,  5,
     6,  7,  6,  5,  5,  6,  7,  7,  7,  7,  7, 15, 11, 14, 13, 28,
    20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
    22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
    21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
    19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
    20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
    30,
];

/// Codes of one length: the first code, the place of its symbol in
/// [`Tables::order`], and how many there are.
#[derive(Clone, Copy)]
pub(super) struct Run {
    pub(super) first: u32,
    pub(super) at: u16,
    pub(super) count: u16,
}

pub(super) struct Tables {
    /// Code of each symbol, right-aligned.
    pub(super) codes: [u32; SYMBOLS],
    /// Symbols by code.
    pub(super) order: [u16; SYMBOLS],
    /// Runs by length.
    pub(super) runs: [Run; LONGEST + 1],
    /// By the first [`FAST_BITS`] bits: symbol in the low byte, length in the
    /// high byte; zero where the code is longer.
    pub(super) fast: [u16; 1 << FAST_BITS],
    /// By the first [`PAIR_BITS`] bits: one or two symbols in the low bytes,
    /// four bits with the length of both, and above that how many there are;
    /// zero where the code of the first is too long.
    pub(super) pairs: [u32; 1 << PAIR_BITS],
}

pub(super) static TABLES: Tables = build();

const fn build() -> Tables {
    let mut tables = Tables {
        codes: [0; SYMBOLS],
        order: [0; SYMBOLS],
        runs: [Run {
            first: 0,
            at: 0,
            count: 0,
        }; LONGEST + 1],
        fast: [0; 1 << FAST_BITS],
        pairs: [0; 1 << PAIR_BITS],
    };
    let mut code = 0u32;
    let mut placed = 0;
    let mut length = 1;
    while length <= LONGEST {
        code <<= 1;
        tables.runs[length].first = code;
        tables.runs[length].at = placed as u16;
        let mut symbol = 0;
        while symbol < SYMBOLS {
            if LENGTHS[symbol] as usize == length {
                tables.codes[symbol] = code;
                tables.order[placed] = symbol as u16;
                fill_fast(&mut tables.fast, symbol, code, length as u32);
                placed += 1;
                code += 1;
            }
            symbol += 1;
        }
        tables.runs[length].count = placed as u16 - tables.runs[length].at;
        length += 1;
    }
    fill_pairs(&tables.fast, &mut tables.pairs);
    tables
}

/// Every bit string that begins with `code` leads to `symbol`.
const fn fill_fast(fast: &mut [u16; 1 << FAST_BITS], symbol: usize, code: u32, length: u32) {
    if length > FAST_BITS {
        return;
    }
    let spare = FAST_BITS - length;
    let mut tail = 0;
    while tail < 1u32 << spare {
        fast[((code << spare) | tail) as usize] = (length as u16) << 8 | symbol as u16;
        tail += 1;
    }
}

const fn fill_pairs(fast: &[u16; 1 << FAST_BITS], pairs: &mut [u32; 1 << PAIR_BITS]) {
    let mut bits = 0;
    while bits < 1usize << PAIR_BITS {
        let first = fast[bits >> (PAIR_BITS - FAST_BITS)] as u32;
        let length = first >> 8;
        if length != 0 {
            let rest = (bits << length) & ((1 << PAIR_BITS) - 1);
            let second = fast[rest >> (PAIR_BITS - FAST_BITS)] as u32;
            let both = length + (second >> 8);
            pairs[bits] = if second >> 8 != 0 && both <= PAIR_BITS {
                2 << 20 | both << 16 | (second & 0xff) << 8 | first & 0xff
            } else {
                1 << 20 | length << 16 | first & 0xff
            };
        }
        bits += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_named_in_the_rfc() {
        for (symbol, code) in [
            (usize::from(b'0'), 0x0),
            (usize::from(b'a'), 0x3),
            (usize::from(b' '), 0x14),
            (usize::from(b':'), 0x5c),
            (usize::from(b'X'), 0xfc),
            (usize::from(b'!'), 0x3f8),
            (0, 0x1ff8),
            (10, 0x3fff_fffc),
            (256, 0x3fff_ffff),
        ] {
            assert_eq!(TABLES.codes[symbol], code, "{symbol}");
        }
    }

    #[test]
    fn the_code_is_complete() {
        let sum: u64 = LENGTHS.iter().map(|&length| 1u64 << (30 - length)).sum();
        assert_eq!(sum, 1 << 30);
    }
}
