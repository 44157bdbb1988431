//! protoc's parameter: one string, values joined by commas.

/// Writes a value so that it can stand in a parameter beside others.
pub fn escape(value: &str) -> String {
    value.replace('\\', "\\\\").replace(',', "\\,")
}

/// Splits at commas that are not escaped, and undoes the escapes. A backslash
/// before anything else stands for itself.
pub(super) fn split(parameter: &str) -> Vec<String> {
    let mut values = vec![String::new()];
    let mut chars = parameter.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            ',' => values.push(String::new()),
            '\\' if matches!(chars.peek(), Some(',' | '\\')) => {
                values.last_mut().expect("never empty").extend(chars.next());
            }
            c => values.last_mut().expect("never empty").push(c),
        }
    }
    values
}

/// The known word nearest to one that is not known, if it is near at all.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > 40 {
        return None;
    }
    known
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len().max(3) / 3)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein, on bytes.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let replace = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replace.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
