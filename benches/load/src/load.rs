//! Our generator, as a scaffolded project has it.

use std::process::ExitCode;

use scaffold_load::LoadTest;

mod pb {
    include!(concat!(env!("OUT_DIR"), "/mod.rs"));
}

use pb::bench::v1::{Word, hello::HelloLoad};

fn main() -> ExitCode {
    let driver = HelloLoad::new().say(|_| Word {
        text: "fifteen letters".to_owned(),
    });
    LoadTest::new("bench-load").driver(driver).main()
}
