//! The load test: `cargo loadtest --rate 500 --duration 30s`, against a server
//! that is running; `cargo loadtest --help` lists the rest.
//!
//! Messages are made up from the `.proto` where none are made here: the i-th call
//! of a method sends what its function makes of i. They are encoded before the
//! clock starts.
//!
//! ```text
//! .driver(ExampleLoad::new().get_example(|i| GetExampleRequest { id: i }))
//! ```

use std::process::ExitCode;

use greeter::pb;
use scaffold_load::LoadTest;

fn main() -> ExitCode {
    LoadTest::new("greeter")
        .driver(pb::greeter::v1::greeter::GreeterLoad::new())
        .main()
}
