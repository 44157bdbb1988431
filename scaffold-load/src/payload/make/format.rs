//! The forms that validation rules name.

use std::io::Write as _;

use super::{Draw, Style};
use crate::payload::rules::Format;

/// Writes one; `short` asks for as few bytes as the form allows.
pub(super) fn write(format: Format, short: bool, draw: &mut Draw, out: &mut Vec<u8>) {
    let style = |style: Style, draw: &mut Draw, out: &mut Vec<u8>| style.write(draw, out);
    match format {
        Format::Email if short => put(out, "a@b.co"),
        Format::Email => style(Style::Email, draw, out),
        Format::Hostname | Format::Address if short => put(out, "a.co"),
        Format::Hostname | Format::Address => style(Style::Hostname, draw, out),
        Format::Ip | Format::Ipv4 if short => put(out, "10.0.0.1"),
        Format::Ip | Format::Ipv4 => style(Style::Ipv4, draw, out),
        Format::Ipv6 if short => put(out, "::1"),
        Format::Ipv6 => style(Style::Ipv6, draw, out),
        Format::Uri if short => put(out, "a:b"),
        Format::UriRef if short => put(out, "/a"),
        Format::Uri | Format::UriRef => style(Style::Url, draw, out),
        Format::Uuid => style(Style::Uuid, draw, out),
        Format::Tuuid => {
            let from = out.len();
            Style::Uuid.write(draw, out);
            let mut uuid = out.split_off(from);
            uuid.retain(|byte| *byte != b'-');
            out.append(&mut uuid);
        }
        Format::Ulid => ulid(draw, out),
        Format::IpWithPrefixLen | Format::Ipv4WithPrefixLen => {
            Style::Ipv4.write(draw, out);
            let _ = write!(out, "/{}", 8 + draw.rng.below(25));
        }
        Format::Ipv6WithPrefixLen => {
            Style::Ipv6.write(draw, out);
            let _ = write!(out, "/{}", 16 + draw.rng.below(113));
        }
        // A prefix has zeros behind its length.
        Format::IpPrefix | Format::Ipv4Prefix => {
            let _ = write!(out, "10.{}.0.0/16", draw.rng.below(256));
        }
        Format::Ipv6Prefix => {
            let _ = write!(out, "2001:db8:{:x}::/48", 1 + draw.rng.below(0xFFFF));
        }
        Format::HostAndPort => {
            write(Format::Hostname, short, draw, out);
            let _ = write!(out, ":{}", 1024 + draw.rng.below(64_512));
        }
        Format::ProtobufFqn => put_fqn(draw, out),
        Format::ProtobufDotFqn => {
            out.push(b'.');
            put_fqn(draw, out);
        }
        Format::HeaderName if short => put(out, "x"),
        Format::HeaderName => {
            put(out, "x-");
            Style::Slug.write(draw, out);
        }
        Format::HeaderValue => style(Style::Word, draw, out),
        Format::RawIp | Format::RawIpv4 => {
            out.push(10);
            out.extend_from_slice(&draw.rng.next().to_le_bytes()[..3]);
        }
        Format::RawIpv6 => {
            out.extend_from_slice(&[0x20, 0x01, 0x0d, 0xb8]);
            out.extend_from_slice(&draw.rng.next().to_le_bytes());
            out.extend_from_slice(&draw.rng.next().to_le_bytes()[..4]);
        }
        Format::RawUuid => {
            out.extend_from_slice(&draw.rng.next().to_le_bytes());
            out.extend_from_slice(&draw.rng.next().to_le_bytes());
        }
    }
}

fn put(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

/// Crockford's base 32, a time of this decade in front.
fn ulid(draw: &mut Draw, out: &mut Vec<u8>) {
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    put(out, "01J");
    for _ in 0..23 {
        out.push(*draw.rng.one(DIGITS));
    }
}

fn put_fqn(draw: &mut Draw, out: &mut Vec<u8>) {
    Style::Word.write(draw, out);
    put(out, ".v1.");
    Style::FirstName.write(draw, out);
}
