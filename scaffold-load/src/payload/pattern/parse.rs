//! From the text of a pattern to its parts.

use std::iter::Peekable;
use std::str::Chars;

use super::machine::compile;
use super::{Class, Node, Pattern};

/// Groups in groups; deeper is no pattern of a person.
const MAX_DEPTH: usize = 32;

/// The bound that RE2 sets on a count.
const MAX_COUNT: u32 = 1000;

struct Parser<'a> {
    rest: Peekable<Chars<'a>>,
    depth: usize,
}

// === impl Pattern ===

impl Pattern {
    /// # Errors
    ///
    /// What in it is not understood.
    pub(crate) fn parse(text: &str) -> Result<Pattern, String> {
        let mut parser = Parser {
            rest: text.chars().peekable(),
            depth: 0,
        };
        let root = parser.either()?;
        if parser.rest.next().is_some() {
            return Err("a `)` without its `(`".to_owned());
        }
        let program = compile(&root)?;
        Ok(Pattern { root, program })
    }
}

// === impl Parser ===

impl Parser<'_> {
    fn either(&mut self) -> Result<Node, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(format!("groups more than {MAX_DEPTH} deep"));
        }
        let mut rows = vec![self.row()?];
        while self.rest.next_if_eq(&'|').is_some() {
            rows.push(self.row()?);
        }
        self.depth -= 1;
        Ok(match rows.pop() {
            Some(row) if rows.is_empty() => row,
            last => {
                rows.extend(last);
                Node::Either(rows)
            }
        })
    }

    fn row(&mut self) -> Result<Node, String> {
        let mut nodes = Vec::new();
        while let Some(c) = self.rest.next_if(|c| !matches!(c, '|' | ')')) {
            let node = self.atom(c)?;
            nodes.push(self.repeated(node)?);
        }
        Ok(Node::Row(nodes))
    }

    fn atom(&mut self, c: char) -> Result<Node, String> {
        Ok(match c {
            '^' => Node::Start,
            '$' => Node::End,
            '.' => Node::Class(Class::new(vec![('\n', '\n')], true)),
            '[' => Node::Class(self.class()?),
            '(' => self.group()?,
            '\\' => match self.escape()? {
                Escape::Start => Node::Start,
                Escape::End => Node::End,
                Escape::Class(ranges, negated) => Node::Class(Class::new(ranges, negated)),
            },
            '*' | '+' | '?' => return Err(format!("`{c}` after nothing")),
            other => Node::Class(Class::new(vec![(other, other)], false)),
        })
    }

    fn group(&mut self) -> Result<Node, String> {
        if self.rest.next_if_eq(&'?').is_some() {
            match self.rest.next() {
                Some(':') => {}
                Some('P' | '<') => {
                    // A name, and what is in front of it.
                    self.rest.next_if_eq(&'<');
                    if self
                        .rest
                        .by_ref()
                        .find(|c| !c.is_alphanumeric() && *c != '_')
                        != Some('>')
                    {
                        return Err("a group with a name that is none, or a look-around".to_owned());
                    }
                }
                _ => return Err("flags and look-around in `(?`".to_owned()),
            }
        }
        let inner = self.either()?;
        match self.rest.next() {
            Some(')') => Ok(inner),
            _ => Err("a `(` without its `)`".to_owned()),
        }
    }

    fn repeated(&mut self, node: Node) -> Result<Node, String> {
        let mut node = node;
        loop {
            let (min, max) = match self.rest.peek() {
                Some('*') => (0, None),
                Some('+') => (1, None),
                Some('?') => (0, Some(1)),
                Some('{') => match self.counts()? {
                    Some(counts) => {
                        node = Self::repeat(node, counts);
                        self.rest.next_if_eq(&'?');
                        continue;
                    }
                    // A brace that counts nothing is a brace.
                    None => return Ok(node),
                },
                _ => return Ok(node),
            };
            self.rest.next();
            // A lazy one matches the same texts.
            self.rest.next_if_eq(&'?');
            node = Self::repeat(node, (min, max));
        }
    }

    fn repeat(node: Node, (min, max): (u32, Option<u32>)) -> Node {
        Node::Repeat {
            node: Box::new(node),
            min,
            max,
        }
    }

    /// `{3}`, `{3,}` or `{3,5}`; nothing is taken of what is none of them.
    fn counts(&mut self) -> Result<Option<(u32, Option<u32>)>, String> {
        let mut ahead = self.rest.clone();
        ahead.next();
        let text: String = ahead.by_ref().take_while(|c| *c != '}').collect();
        let count = |text: &str| text.parse::<u32>().ok().filter(|_| !text.starts_with('+'));
        let counts = match text.split_once(',') {
            None => count(&text).map(|n| (n, Some(n))),
            Some((min, "")) => count(min).map(|min| (min, None)),
            Some((min, max)) => count(min)
                .zip(count(max))
                .map(|(min, max)| (min, Some(max))),
        };
        let Some((min, max)) = counts else {
            return Ok(None);
        };
        if min > MAX_COUNT || max.is_some_and(|max| max > MAX_COUNT || max < min) {
            return Err(format!("the count `{{{text}}}`"));
        }
        self.rest = ahead;
        Ok(Some((min, max)))
    }

    fn class(&mut self) -> Result<Class, String> {
        let negated = self.rest.next_if_eq(&'^').is_some();
        let mut ranges = Vec::new();
        let mut first = true;
        loop {
            let c = self.rest.next().ok_or("a `[` without its `]`")?;
            let low = match c {
                ']' if !first => break,
                '[' if self.rest.peek() == Some(&':') => {
                    return Err("a class like `[:alpha:]`".to_owned());
                }
                '\\' => match self.escape()? {
                    Escape::Class(found, false) if found.len() == 1 && found[0].0 == found[0].1 => {
                        found[0].0
                    }
                    Escape::Class(found, false) => {
                        ranges.extend(found);
                        first = false;
                        continue;
                    }
                    _ => return Err("a negated escape in a class".to_owned()),
                },
                c => c,
            };
            first = false;
            let mut ahead = self.rest.clone();
            let is_range = ahead.next() == Some('-') && ahead.peek().is_some_and(|c| *c != ']');
            let high = if is_range {
                self.rest = ahead;
                match self.rest.next() {
                    Some('\\') => match self.escape()? {
                        Escape::Class(found, false) if found.len() == 1 => found[0].0,
                        _ => return Err("a range that ends in a class".to_owned()),
                    },
                    Some(c) => c,
                    None => return Err("a `[` without its `]`".to_owned()),
                }
            } else {
                low
            };
            if low > high {
                return Err(format!("the range `{low}-{high}`"));
            }
            ranges.push((low, high));
        }
        Ok(Class::new(ranges, negated))
    }

    fn escape(&mut self) -> Result<Escape, String> {
        let c = self.rest.next().ok_or("a `\\` at the end")?;
        let one = |c| Escape::Class(vec![(c, c)], false);
        let word = vec![('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
        let space = vec![('\t', '\n'), ('\x0C', '\r'), (' ', ' ')];
        Ok(match c {
            'd' => Escape::Class(vec![('0', '9')], false),
            'D' => Escape::Class(vec![('0', '9')], true),
            'w' => Escape::Class(word, false),
            'W' => Escape::Class(word, true),
            's' => Escape::Class(space, false),
            'S' => Escape::Class(space, true),
            't' => one('\t'),
            'n' => one('\n'),
            'r' => one('\r'),
            'f' => one('\x0C'),
            'v' => one('\x0B'),
            'x' => one(self.hex()?),
            'A' => Escape::Start,
            'z' => Escape::End,
            c if c.is_ascii_alphanumeric() => return Err(format!("`\\{c}`")),
            c => one(c),
        })
    }

    /// `\x41` or `\x{1F600}`.
    fn hex(&mut self) -> Result<char, String> {
        let digits: String = if self.rest.next_if_eq(&'{').is_some() {
            self.rest.by_ref().take_while(|c| *c != '}').collect()
        } else {
            self.rest.by_ref().take(2).collect()
        };
        u32::from_str_radix(&digits, 16)
            .ok()
            .and_then(char::from_u32)
            .ok_or_else(|| format!("`\\x{digits}`"))
    }
}

enum Escape {
    Class(Vec<(char, char)>, bool),
    Start,
    End,
}
