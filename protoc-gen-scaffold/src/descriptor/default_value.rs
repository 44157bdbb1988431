//! Default values of fields, spelled in one way.
//!
//! A default is text in the descriptor and parsers spell the same value
//! differently: `1e+09` or `1000000000`, `\001` or `\x01`. The spelling goes
//! into generated code and into the bytes that reflection serves, so it may not
//! depend on who parsed the file.

use super::field_descriptor_proto::Type;

/// The one spelling of a default; nothing if the text is not of the type. Text
/// of strings and names of enum values are as they are.
pub fn normal(r#type: Type, text: &str) -> Option<String> {
    match r#type {
        Type::Float => text.parse::<f32>().ok().map(|value| {
            float(
                value.is_nan(),
                value.is_infinite(),
                value.is_sign_negative(),
            )
            .map_or_else(|| format!("{value:?}"), str::to_owned)
        }),
        Type::Double => text.parse::<f64>().ok().map(|value| {
            float(
                value.is_nan(),
                value.is_infinite(),
                value.is_sign_negative(),
            )
            .map_or_else(|| format!("{value:?}"), str::to_owned)
        }),
        Type::Bytes => unescape(text).map(|bytes| escape(&bytes)),
        Type::Int32 | Type::Sint32 | Type::Sfixed32 => number::<i32>(text),
        Type::Int64 | Type::Sint64 | Type::Sfixed64 => number::<i64>(text),
        Type::Uint32 | Type::Fixed32 => number::<u32>(text),
        Type::Uint64 | Type::Fixed64 => number::<u64>(text),
        Type::Bool => matches!(text, "true" | "false").then(|| text.to_owned()),
        Type::String | Type::Enum => Some(text.to_owned()),
        Type::Message | Type::Group => None,
    }
}

fn float(nan: bool, infinite: bool, negative: bool) -> Option<&'static str> {
    match (nan, infinite, negative) {
        (true, ..) => Some("nan"),
        (_, true, false) => Some("inf"),
        (_, true, true) => Some("-inf"),
        _ => None,
    }
}

fn number<T: std::str::FromStr + ToString>(text: &str) -> Option<String> {
    text.parse::<T>().ok().map(|value| value.to_string())
}

/// Undoes C escapes, of whichever dialect.
fn unescape(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'\\' {
            bytes.push(*first);
            continue;
        }
        let (escape, tail) = rest.split_first()?;
        rest = tail;
        bytes.push(match escape {
            b'a' => 0x07,
            b'b' => 0x08,
            b'f' => 0x0c,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 0x0b,
            b'\\' | b'\'' | b'"' | b'?' => *escape,
            b'0'..=b'7' => {
                let mut value = u32::from(escape - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = rest.first() else {
                        break;
                    };
                    value = value * 8 + u32::from(digit - b'0');
                    rest = &rest[1..];
                }
                u8::try_from(value).ok()?
            }
            b'x' | b'X' => {
                let digits = rest
                    .iter()
                    .take(2)
                    .take_while(|digit| digit.is_ascii_hexdigit())
                    .count();
                let (hex, tail) = rest.split_at(digits);
                rest = tail;
                u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()?
            }
            _ => return None,
        });
    }
    Some(bytes)
}

/// C escapes as protoc writes them, octal for what is not printable.
fn escape(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            b'"' => text.push_str("\\\""),
            b'\'' => text.push_str("\\'"),
            b'\\' => text.push_str("\\\\"),
            0x20..=0x7e => text.push(char::from(byte)),
            _ => text.push_str(&format!("\\{byte:03o}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_has_one_spelling() {
        for (r#type, spellings, normal_form) in [
            (
                Type::Double,
                &["1e+09", "1000000000", "1E9"][..],
                "1000000000.0",
            ),
            (Type::Float, &["1.5", "15e-1"], "1.5"),
            (Type::Float, &["inf", "Infinity"], "inf"),
            (Type::Double, &["-inf", "-infinity"], "-inf"),
            (Type::Double, &["nan", "-nan"], "nan"),
            (Type::Bytes, &["\\001\\n'", "\\x01\\012\\'"], "\\001\\n\\'"),
            (Type::Bytes, &["\\303\\251", "é"], "\\303\\251"),
            (Type::Int32, &["7", "+7", "007"], "7"),
            (Type::String, &["\\n"], "\\n"),
        ] {
            for spelling in spellings {
                assert_eq!(
                    normal(r#type, spelling).as_deref(),
                    Some(normal_form),
                    "{spelling}"
                );
            }
        }
    }

    #[test]
    fn what_is_not_of_the_type_is_refused() {
        for (r#type, text) in [
            (Type::Bytes, "\\"),
            (Type::Bytes, "\\400"),
            (Type::Bytes, "\\xg"),
            (Type::Uint32, "-1"),
            (Type::Bool, "1"),
            (Type::Double, "1.0f"),
            (Type::Message, "x"),
        ] {
            assert_eq!(normal(r#type, text), None, "{text}");
        }
    }
}
