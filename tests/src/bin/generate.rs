//! The library without protoc, for `benches/generate.sh`:
//! `generate --parts PARTS --out DIR -I INCLUDE @LIST`, where LIST names one
//! file of the include folder on each line.

use std::path::{Path, PathBuf};

use protoc_gen_scaffold::compile::{Source, compile};
use protoc_gen_scaffold::generate;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [_, parts, _, out, _, include, list] = &words[..] else {
        panic!("usage: generate --parts PARTS --out DIR -I INCLUDE @LIST");
    };
    let list = std::fs::read_to_string(list.trim_start_matches('@')).expect("a list of files");
    let source = Source {
        files: list
            .lines()
            .map(|line| Path::new(include).join(line))
            .collect(),
        includes: vec![PathBuf::from(include)],
        parameter: format!("parts={parts}"),
        ..Source::default()
    };
    let compiled = compile(&source).unwrap_or_else(|faults| panic!("{faults}"));
    for file in generate(compiled.request()).unwrap_or_else(|faults| panic!("{faults}")) {
        std::fs::write(Path::new(out).join(file.name), file.content).expect("written");
    }
}
