//! The load test: `cargo loadtest --rate 500 --duration 30s`, against a server
//! that is running; `cargo loadtest --help` lists the rest.
//!
//! Messages are empty until payloads are set here, method by method: the i-th
//! call sends what the function makes of i.
//!
//! ```text
//! .driver(|channel| ExampleLoad::new(channel).get_example(|i| GetExampleRequest { id: i }))
//! ```

use std::process::ExitCode;

use greeter::pb;
use scaffold_load::LoadTest;

fn main() -> ExitCode {
    LoadTest::new("greeter")
        .driver(pb::greeter::v1::greeter::GreeterLoad::new)
        .main()
}
