//! Regular expressions of the simple kind that rules are written in: text that
//! matches one, and whether a text does.
//!
//! A subset of RE2, which `buf.validate` prescribes: literals, classes, groups,
//! alternatives, repetition, `^` and `$`. What is beyond it is an error with its
//! name, never a guess.

mod machine;
mod make;
mod parse;

use machine::Inst;

/// A pattern that was understood.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    root: Node,
    program: Vec<Inst>,
}

#[derive(Clone, Debug)]
enum Node {
    Class(Class),
    /// One after the other.
    Row(Vec<Node>),
    /// One of them.
    Either(Vec<Node>),
    Repeat {
        node: Box<Node>,
        min: u32,
        max: Option<u32>,
    },
    Start,
    End,
}

#[derive(Clone, Debug, Default)]
struct Class {
    ranges: Vec<(char, char)>,
    negated: bool,
    /// What is written for it: the printable ASCII in it, if there is any.
    choices: Vec<char>,
}

// === impl Class ===

impl Class {
    fn new(ranges: Vec<(char, char)>, negated: bool) -> Class {
        let mut class = Class {
            ranges,
            negated,
            choices: Vec::new(),
        };
        let ascii = |wanted: fn(&char) -> bool| {
            let printable = (' '..='~').filter(|c| wanted(c) && class.holds(*c));
            printable.collect::<Vec<char>>()
        };
        let mut choices = ascii(char::is_ascii_alphanumeric);
        if choices.is_empty() {
            choices = ascii(|_| true);
        }
        if choices.is_empty() && !negated {
            choices.extend(class.ranges.first().map(|(first, _)| *first));
        }
        class.choices = choices;
        class
    }

    fn holds(&self, c: char) -> bool {
        let listed = self.ranges.iter().any(|(a, b)| (*a..=*b).contains(&c));
        listed != self.negated
    }
}
