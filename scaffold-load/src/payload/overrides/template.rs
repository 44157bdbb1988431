//! Templates: `{index}`, `{index:06}`, `{value}`, `{uuid}`, `{hex:8}`,
//! `{digits:4}`, `{word}`, `{email}`, `{name}`; `{{` and `}}` are braces.

use super::{Distribution, Literal};
use crate::payload::make::{Piece, Style, Template};

/// Digits or zeros that a hole may ask for.
const MAX_WIDTH: usize = 1024;

/// Reads a template; `value` is the distribution beside it.
pub(super) fn template(text: &str, value: Option<&Distribution>) -> Result<Template, String> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '{' if rest.next_if_eq(&'{').is_some() => literal.push('{'),
            '}' if rest.next_if_eq(&'}').is_some() => literal.push('}'),
            '}' => return Err("a `}` without its `{`; write `}}` for a brace".to_owned()),
            '{' => {
                let mut hole = String::new();
                loop {
                    match rest.next() {
                        Some('}') => break,
                        Some(c) => hole.push(c),
                        None => return Err(format!("`{{{hole}` has no `}}`")),
                    }
                }
                if !literal.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut literal)));
                }
                pieces.push(piece(&hole, value)?);
            }
            c => literal.push(c),
        }
    }
    if !literal.is_empty() {
        pieces.push(Piece::Text(literal));
    }
    Ok(Template { pieces })
}

fn piece(hole: &str, value: Option<&Distribution>) -> Result<Piece, String> {
    let (name, width) = match hole.split_once(':') {
        None => (hole, None),
        Some((name, width)) => {
            let width = width
                .trim()
                .parse::<usize>()
                .ok()
                .filter(|width| *width <= MAX_WIDTH);
            let width = width
                .ok_or_else(|| format!("`{{{hole}}}`: the width is a number up to {MAX_WIDTH}"))?;
            (name, Some(width))
        }
    };
    Ok(match name.trim() {
        "index" => Piece::Index(width.unwrap_or(0)),
        "hex" => Piece::Hex(width.unwrap_or(16) as u64),
        "digits" => Piece::Digits(width.unwrap_or(6) as u64),
        "uuid" => Piece::Style(Style::Uuid),
        "word" => Piece::Style(Style::Word),
        "name" => Piece::Style(Style::FullName),
        "email" => Piece::Style(Style::Email),
        "value" => match value {
            Some(Distribution::Numeric(numeric)) => Piece::Drawn(*numeric, width.unwrap_or(0)),
            Some(Distribution::Listed(source)) => {
                let text = |literal: &Literal| Ok::<_, String>(literal.to_string().into_bytes());
                Piece::Listed(source.try_map(text)?)
            }
            _ => return Err("`{value}` needs a distribution beside the template, such as zipf = { n = 1000, s = 1.1 }".to_owned()),
        },
        _ => {
            return Err(format!(
                "`{{{hole}}}` is no hole; there are index, value, uuid, hex, digits, word, name, email"
            ));
        }
    })
}
