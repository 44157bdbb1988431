//! Measures gRPC servers side by side, interleaved, and prints what came of it.
//!
//! `bench run` measures and writes JSON; `bench report` makes tables and a
//! chart of it. `run.sh` builds everything and calls both.

mod chart;
mod child;
mod h2load;
mod machine;
mod measure;
mod options;
mod peers;
mod process;
mod report;
mod results;
mod rounds;
mod scenarios;
mod special;
mod table;
mod tables;

/// Whatever went wrong, in words.
type Fault = Box<dyn std::error::Error>;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let done = match words.split_first() {
        Some((verb, rest)) if verb == "run" => rounds::run(rest),
        Some((verb, rest)) if verb == "report" => report::report(rest),

        _ => Err("bench run OPTIONS, or bench report RESULTS FOLDER".into()),
    };
    if let Err(fault) = done {
        eprintln!("bench: {fault}");
        std::process::exit(1);
    }
}
