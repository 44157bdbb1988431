//! Text of a kind that people would put there.

use std::io::Write as _;

use super::Draw;
use crate::payload::rng::Rng;
use crate::payload::words;

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    City,
    Color,
    Company,
    Country,
    CountryCode,
    Currency,
    Date,
    Decimal,
    Email,
    FileName,
    FirstName,
    FullName,
    Hex(u16),
    Hostname,
    Ipv4,
    Ipv6,
    Language,
    LastName,
    MimeType,
    /// Nothing at all.
    Nothing,
    Path,
    Phone,
    PostalCode,
    Region,
    Sentence,
    Slug,
    Status,
    Street,
    TimeZone,
    Timestamp,
    Title,
    Token,
    Url,
    UserAgent,
    UserName,
    Uuid,
    Version,
    Word,
    /// Two or three words: what a text is if nothing is known of it.
    Words,
}

// === impl Style ===

impl Style {
    /// Appends one, in ASCII.
    pub(crate) fn write(self, draw: &mut Draw, out: &mut Vec<u8>) {
        let rng = &mut draw.rng;
        // Writing to a vector does not fail.
        let _ = match self {
            Style::Nothing => Ok(()),
            Style::City => put(out, rng.one(&words::PLACES).0),
            Style::Country => put(out, rng.one(&words::PLACES).1),
            Style::CountryCode => put(out, rng.one(&words::PLACES).2),
            Style::PostalCode => put(out, rng.one(&words::PLACES).3),
            Style::Color => put(out, pick(rng, &words::COLORS)),
            Style::Company => put(out, pick(rng, &words::COMPANIES)),
            Style::Currency => put(out, pick(rng, &words::CURRENCIES)),
            Style::Language => put(out, pick(rng, &words::LANGUAGES)),
            Style::MimeType => put(out, pick(rng, &words::MIME_TYPES)),
            Style::Region => put(out, pick(rng, &words::REGIONS)),
            Style::Status => put(out, pick(rng, &words::STATUSES)),
            Style::TimeZone => put(out, pick(rng, &words::TIME_ZONES)),
            Style::UserAgent => put(out, pick(rng, &words::USER_AGENTS)),
            Style::FirstName => put(out, pick(rng, &words::FIRST_NAMES)),
            Style::LastName => put(out, pick(rng, &words::LAST_NAMES)),
            Style::Word => put(out, pick(rng, &words::WORDS)),
            Style::FullName => {
                let (first, last) = (
                    pick(rng, &words::FIRST_NAMES),
                    pick(rng, &words::LAST_NAMES),
                );
                write!(out, "{first} {last}")
            }
            Style::UserName => write!(out, "{}{}", pick(rng, &words::WORDS), 10 + rng.below(990)),
            Style::Email => {
                let from = out.len();
                let first = pick(rng, &words::FIRST_NAMES);
                let last = pick(rng, &words::LAST_NAMES);
                let written = write!(out, "{first}.{last}{}@example.com", rng.below(1000));
                out[from..].make_ascii_lowercase();
                written
            }
            Style::Hostname => {
                let (host, zone) = (pick(rng, &words::WORDS), pick(rng, &words::WORDS));
                write!(out, "{host}-{}.{zone}.example.com", rng.below(100))
            }
            Style::Url => {
                let (host, page) = (pick(rng, &words::WORDS), pick(rng, &words::WORDS));
                write!(
                    out,
                    "https://{host}.example.com/{page}/{}",
                    rng.below(100_000)
                )
            }
            Style::Path => {
                let (folder, file) = (pick(rng, &words::WORDS), pick(rng, &words::WORDS));
                write!(out, "/{folder}/{file}/{}", rng.below(1000))
            }
            Style::FileName => write!(out, "{}-{}.pdf", pick(rng, &words::WORDS), rng.below(1000)),
            // 203.0.113.0/24 and 2001:db8::/32 are for examples (RFC 5737, 3849);
            // of 10.0.0.0/8 there are enough to be different.
            Style::Ipv4 => {
                let (a, b, c) = (rng.below(256), rng.below(256), 1 + rng.below(254));
                write!(out, "10.{a}.{b}.{c}")
            }
            Style::Ipv6 => {
                let bits = rng.next();
                write!(
                    out,
                    "2001:db8::{:x}:{:x}",
                    1 + (bits & 0xFFFE),
                    1 + (bits >> 48 & 0xFFFE)
                )
            }
            Style::Uuid => {
                let (a, b) = (rng.next(), rng.next());
                // RFC 9562, version 4.
                write!(
                    out,
                    "{:08x}-{:04x}-4{:03x}-{:x}{:03x}-{:012x}",
                    a >> 32,
                    a >> 16 & 0xFFFF,
                    a & 0xFFF,
                    8 + (b >> 62),
                    b >> 48 & 0xFFF,
                    b & 0xFFFF_FFFF_FFFF
                )
            }
            // E.164, in the range that is set aside for fiction.
            Style::Phone => write!(out, "+1{}55501{:02}", 201 + rng.below(700), rng.below(100)),
            Style::Date => {
                let (year, month, day) =
                    (2020 + rng.below(6), 1 + rng.below(12), 1 + rng.below(28));
                write!(out, "{year}-{month:02}-{day:02}")
            }
            Style::Timestamp => {
                Style::Date.write(draw, out);
                let (hour, minute) = (draw.rng.below(24), draw.rng.below(60));
                write!(out, "T{hour:02}:{minute:02}:00Z")
            }
            Style::Decimal => write!(out, "{}.{:02}", 1 + rng.below(999), rng.below(100)),
            Style::Version => write!(
                out,
                "{}.{}.{}",
                1 + rng.below(9),
                rng.below(20),
                rng.below(50)
            ),
            Style::Slug => write!(
                out,
                "{}-{}",
                pick(rng, &words::WORDS),
                pick(rng, &words::WORDS)
            ),
            Style::Street => write!(
                out,
                "{} {} Street",
                1 + rng.below(200),
                pick(rng, &words::LAST_NAMES)
            ),
            Style::Hex(count) => {
                (0..count).for_each(|_| out.push(*rng.one(b"0123456789abcdef")));
                Ok(())
            }
            Style::Token => {
                const BASE_64: &[u8; 64] =
                    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
                (0..32).for_each(|_| out.push(*rng.one(BASE_64)));
                Ok(())
            }
            Style::Words => spaced(2 + rng.at(2), draw, out),
            Style::Title => spaced(3 + rng.at(3), draw, out),
            Style::Sentence => spaced(8 + rng.at(10), draw, out),
        };
    }

    /// Appends words of `size` bytes altogether, cut where they are enough.
    pub(crate) fn fill(size: usize, draw: &mut Draw, out: &mut Vec<u8>) {
        let end = out.len().saturating_add(size);
        while out.len() < end {
            out.extend_from_slice(pick(&mut draw.rng, &words::WORDS).as_bytes());
            out.push(b' ');
        }
        out.truncate(end);
        // Some check that texts do not end in a space.
        if size > 0 && out.last() == Some(&b' ') {
            out.pop();
            out.push(b's');
        }
    }
}

fn pick(rng: &mut Rng, of: &[&'static str]) -> &'static str {
    of[rng.at(of.len())]
}

fn put(out: &mut Vec<u8>, text: &str) -> std::io::Result<()> {
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

fn spaced(count: usize, draw: &mut Draw, out: &mut Vec<u8>) -> std::io::Result<()> {
    for at in 0..count {
        if at > 0 {
            out.push(b' ');
        }
        put(out, pick(&mut draw.rng, &words::WORDS))?;
    }
    Ok(())
}
