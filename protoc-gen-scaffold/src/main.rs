//! `protoc-gen-scaffold`, the program: protoc's plugin by stdin and stdout.
#![forbid(unsafe_code)]

use std::io::{IsTerminal, Read, Write};
use std::process::ExitCode;

use protoc_gen_scaffold::compile;

const HELP: &str = "\
protoc-gen-scaffold turns .proto files into Rust gRPC services.

It is a plugin, which protoc or buf runs:

    protoc --scaffold_out=src/gen --scaffold_opt=parts=messages+server -I proto proto/*.proto

or, in buf.gen.yaml:

    plugins:
      - local: protoc-gen-scaffold
        out: src/gen
        opt: [parts=messages+server]

By hand:

    --write-protos DIR    write scaffold/v1/annotations.proto into DIR, to import it
    --version             print the version
    --help                print this

Options, joined by commas; a comma in a value is written \\, and a backslash \\\\:
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] if std::io::stdin().is_terminal() => {
            eprint!("{}", help());
            ExitCode::from(2)
        }
        [] => plugin(),
        ["--version" | "-V"] => say(&format!(
            "protoc-gen-scaffold {}\n",
            env!("CARGO_PKG_VERSION")
        )),
        ["--help" | "-h"] => say(&help()),
        ["--write-protos", directory] => write_protos(directory),
        _ => {
            eprintln!("protoc-gen-scaffold: unknown arguments; see `protoc-gen-scaffold --help`");
            ExitCode::from(2)
        }
    }
}

fn plugin() -> ExitCode {
    let mut request = Vec::new();
    if let Err(error) = std::io::stdin().lock().read_to_end(&mut request) {
        return fail(&format!("cannot read the request: {error}"));
    }
    // Schemas may nest deeper than a usual stack allows for, and a fault of ours
    // must not look like an answer.
    let worker = std::thread::Builder::new()
        .name("protoc-gen-scaffold".to_owned())
        .stack_size(256 << 20)
        .spawn(|| protoc_gen_scaffold::plugin::respond(request));
    match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(response))) => match std::io::stdout().lock().write_all(&response) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&format!("cannot write the response: {error}")),
        },
        Ok(Ok(Err(faults))) => fail(&faults.to_string()),
        Ok(Err(_)) => fail("this is a bug; please report it with the .proto files that show it"),
        Err(error) => fail(&format!("cannot start: {error}")),
    }
}

fn write_protos(directory: &str) -> ExitCode {
    let file = (compile::ANNOTATIONS_NAME, compile::ANNOTATIONS.as_bytes());
    match protoc_gen_scaffold::write::files(directory.as_ref(), [file]) {
        Ok(_) => ExitCode::SUCCESS,
        Err(fault) => fail(&fault.to_string()),
    }
}

fn help() -> String {
    let options = protoc_gen_scaffold::OPTIONS
        .iter()
        .map(|(key, value, what)| format!("\n    {key}={value}\n        {what}\n"));
    HELP.chars()
        .chain(options.collect::<String>().chars())
        .collect()
}

fn say(text: &str) -> ExitCode {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn fail(message: &str) -> ExitCode {
    eprintln!("protoc-gen-scaffold: {message}");
    ExitCode::FAILURE
}
