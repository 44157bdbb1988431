//! Whether a text matches: Thompson's construction, all states at once, so that
//! no pattern takes longer than its length times the text's.

use super::{Class, Node, Pattern};

#[derive(Clone, Debug)]
pub(super) enum Inst {
    Class(Class),
    /// On to both places.
    Split(usize, usize),
    Jump(usize),
    Start,
    End,
    Match,
}

/// Counts multiply when they nest; more than this is no rule of a person.
const MAX_PROGRAM: usize = 20_000;

pub(super) fn compile(root: &Node) -> Result<Vec<Inst>, String> {
    let mut program = Vec::new();
    emit(root, &mut program)?;
    program.push(Inst::Match);
    Ok(program)
}

fn emit(node: &Node, program: &mut Vec<Inst>) -> Result<(), String> {
    if program.len() > MAX_PROGRAM {
        return Err("counts that multiply beyond reason".to_owned());
    }
    match node {
        Node::Class(class) => program.push(Inst::Class(class.clone())),
        Node::Start => program.push(Inst::Start),
        Node::End => program.push(Inst::End),
        Node::Row(nodes) => {
            for node in nodes {
                emit(node, program)?;
            }
        }
        Node::Either(nodes) => {
            let mut ends = Vec::new();
            for (at, node) in nodes.iter().enumerate() {
                let split = program.len();
                if at + 1 < nodes.len() {
                    program.push(Inst::Split(split + 1, 0));
                }
                emit(node, program)?;
                if at + 1 < nodes.len() {
                    ends.push(program.len());
                    program.push(Inst::Jump(0));
                    program[split] = Inst::Split(split + 1, program.len());
                }
            }
            for end in ends {
                program[end] = Inst::Jump(program.len());
            }
        }
        Node::Repeat { node, min, max } => {
            for _ in 0..*min {
                emit(node, program)?;
            }
            match max {
                None => {
                    let split = program.len();
                    program.push(Inst::Split(split + 1, 0));
                    emit(node, program)?;
                    program.push(Inst::Jump(split));
                    program[split] = Inst::Split(split + 1, program.len());
                }
                Some(max) => {
                    let mut splits = Vec::new();
                    for _ in *min..*max {
                        splits.push(program.len());
                        program.push(Inst::Split(program.len() + 1, 0));
                        emit(node, program)?;
                    }
                    for split in splits {
                        program[split] = Inst::Split(split + 1, program.len());
                    }
                }
            }
        }
    }
    Ok(())
}

// === impl Pattern ===

impl Pattern {
    /// Whether the pattern is found anywhere in the text.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let mut now = Vec::new();
        let mut next = Vec::new();
        let mut seen = vec![usize::MAX; self.program.len()];
        let mut chars = text.chars().peekable();
        let mut at = 0;
        loop {
            let here = chars.next();
            // A match may begin at every place.
            if self.follow(0, at == 0, here.is_none(), at, &mut seen, &mut now) {
                return true;
            }
            let Some(c) = here else { return false };
            at += 1;
            let end = chars.peek().is_none();
            for &state in &now {
                if let Inst::Class(class) = &self.program[state]
                    && class.holds(c)
                    && self.follow(state + 1, false, end, at, &mut seen, &mut next)
                {
                    return true;
                }
            }
            std::mem::swap(&mut now, &mut next);
            next.clear();
        }
    }

    /// Adds the states that need a character, from one on; whether one needs
    /// none. A state is added once for each place (`seen`).
    fn follow(
        &self,
        from: usize,
        start: bool,
        end: bool,
        at: usize,
        seen: &mut [usize],
        into: &mut Vec<usize>,
    ) -> bool {
        let mut open = vec![from];
        while let Some(state) = open.pop() {
            if seen[state] == at {
                continue;
            }
            seen[state] = at;
            match &self.program[state] {
                Inst::Class(_) => into.push(state),
                Inst::Split(a, b) => open.extend([*b, *a]),
                Inst::Jump(to) => open.push(*to),
                Inst::Start if start => open.push(state + 1),
                Inst::End if end => open.push(state + 1),
                Inst::Start | Inst::End => {}
                Inst::Match => return true,
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::rng::Key;

    const PATTERNS: [&str; 16] = [
        "^[a-z]+$",
        r"^\d{3}-\d{4}$",
        r"^[A-Z]{2}[0-9]{2}(?:[A-Z0-9]{4}){1,3}$",
        "^(foo|bar|)baz?$",
        r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$",
        "colou?r",
        r"^\+?[1-9]\d{1,14}$",
        r"^projects/[a-z][a-z0-9-]{4,28}[a-z0-9]/topics/[\w.~+%-]+$",
        "^(a|b|c){2,4}(xy)*$",
        r"^\x41\x{42}[\-\]x]$",
        "^#(?P<hex>[0-9a-fA-F]{6})$",
        "^.{3,8}$",
        "^$",
        "a{,3}",
        r"^[\d_-]+?[[]$",
        "^(((a?)b?)c?)+$",
    ];

    #[test]
    fn what_is_made_matches() {
        for text in PATTERNS {
            let pattern = Pattern::parse(text).expect(text);
            for index in 0..50 {
                let mut out = Vec::new();
                pattern.make(&mut Key::message(index, text).rng(), &mut out);
                let made = String::from_utf8(out).expect("UTF-8");
                assert!(pattern.matches(&made), "{text}: {made:?}");
            }
        }
    }

    #[test]
    fn what_does_not_match_does_not() {
        for (pattern, others) in [
            ("^[a-z]+$", &["", "A", "aB", "a b"][..]),
            (r"^\d{3}-\d{4}$", &["123-456", "1234567", "a123-4567"]),
            ("^(foo|bar|)baz?$", &["foo", "barbazz", "z"]),
            ("^(a|b|c){2,4}(xy)*$", &["a", "abcab", "abx"]),
            ("^.{3}$", &["ab", "abcd", "a\nb"]),
            ("^$", &["a"]),
            (r"^\W$", &["a", "_", "7", ""]),
        ] {
            let pattern = Pattern::parse(pattern).expect(pattern);
            for other in others {
                assert!(!pattern.matches(other), "{other:?}");
            }
        }
        let found = Pattern::parse("b+c").expect("a pattern");
        assert!(found.matches("aabbcc") && !found.matches("aabbd"));
    }

    #[test]
    fn what_is_beyond_it_is_said() {
        for text in [
            "(?i)a",
            r"\bword\b",
            r"\p{L}+",
            "[[:alpha:]]",
            "a{1001}",
            "(",
            ")",
            "[a",
            "*a",
            "(?=a)",
            "\\",
            "[z-a]",
        ] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
        assert!(Pattern::parse("((a{1000}){1000}){1000}").is_err());
        assert!(Pattern::parse(&"(".repeat(10_000)).is_err());
    }
}
