//! The client of gRPC's interop suite: `--test_case` names one case, several with
//! commas between them, or `all`. Prints a line for each and the sum, and fails if
//! one failed.

use std::process::ExitCode;

use scaffold_tests::interop::cases;
use scaffold_tests::interop::flags::Flags;
use scaffold_tests::interop::target::{FLAGS, Target};

fn main() -> ExitCode {
    let flags = Flags::of_program(&[&FLAGS[..], &["test_case"]].concat());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime starts");
    let names: Vec<&str> = match flags.text("test_case", "large_unary") {
        "all" => cases::ALL.concat(),
        names => names.split(',').collect(),
    };
    let passed = runtime.block_on(async {
        let target = Target::from_flags(&flags).expect("the flags name a server");
        let mut passed = 0;
        for name in &names {
            match cases::run(name, &target).await {
                Ok(()) => {
                    passed += 1;
                    println!("ok   {name}");
                }
                Err(failed) => println!("FAIL {name}: {failed}"),
            }
        }
        passed
    });
    println!("{passed} of {} cases passed", names.len());
    ExitCode::from(u8::from(passed < names.len()))
}
