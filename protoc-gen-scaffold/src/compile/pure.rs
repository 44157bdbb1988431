//! protox, in this process.

use std::collections::HashSet;
use std::rc::Rc;

use miette::Diagnostic;
use protox::Compiler;
use protox::file::{ChainFileResolver, GoogleFileResolver};

use super::closure::Closure;
use super::gathered::{Gathered, Shared};
use crate::descriptor::FileDescriptorSet;
use crate::fault::{Fault, Faults};

/// The descriptor set of all files.
pub(super) fn parse(closure: &Closure) -> Result<FileDescriptorSet, Faults> {
    let mut faults: Faults = closure.missing().cloned().collect();
    // A file whose import is missing is told about already; one after the
    // other, so are all that import it.
    let mut failed: HashSet<&str> = closure.missing().map(|fault| fault.file.as_str()).collect();
    let mut resolver = ChainFileResolver::new();
    // First, because protox 0.10 cannot read the `descriptor.proto` of a recent
    // protoc that may lie on the include path.
    resolver.add(GoogleFileResolver::new());
    let gathered = Rc::new(Gathered::new(closure));
    resolver.add(Shared(Rc::clone(&gathered)));
    let mut compiler = Compiler::with_file_resolver(resolver);
    compiler.include_imports(true).include_source_info(true);
    // Dependencies first, so that protox never follows a chain of imports on
    // the stack, and so that each broken file is reported once.
    for file in &closure.files {
        let blocked = file
            .imports
            .iter()
            .any(|name| failed.contains(name.as_str()));
        if blocked || failed.contains(file.name.as_str()) {
            failed.insert(&file.name);
        } else if compiler.open_file(&file.name).is_err() {
            // Once more, with all that an error needs to say where it is.
            gathered.whole.set(true);
            let again = compiler.open_file(&file.name);
            gathered.whole.set(false);
            let Err(error) = again else { continue };
            failed.insert(&file.name);
            let chained = public_chain(closure, &file.imports);
            faults.extend(
                report(&error)
                    .into_iter()
                    .map(|fault| explained(fault, file, chained)),
            );
        }
    }
    faults.gate(())?;
    // The other way to the set drops every custom option: prost-types has
    // nowhere to put them.
    Ok(gathered.complete(&compiler.encode_file_descriptor_set()))
}

/// What protox leaves out of its errors.
fn explained(fault: Fault, file: &super::closure::File, chained: bool) -> Fault {
    if fault.line == 0 && fault.message.ends_with("end of file") {
        return fault.at(file.name.as_str(), file.end);
    }
    if chained && fault.message.ends_with("is not defined") {
        return fault.help(
            "protox follows `import public` one step, not two: import the file that defines it, \
             or choose the backend `protoc`",
        );
    }
    fault
}

/// Whether an import gives away a file that gives away another.
fn public_chain(closure: &Closure, imports: &[String]) -> bool {
    let public = |name: &String| {
        let file = closure.files.iter().find(|file| file.name == *name);
        file.map_or(&[][..], |file| &file.public)
    };
    imports
        .iter()
        .flat_map(public)
        .any(|name| !public(name).is_empty())
}

/// All that one error says: protox gives the first, and the others beside it.
fn report(error: &protox::Error) -> Faults {
    let file = error.file().unwrap_or_default();
    let mut faults = Faults::new();
    faults.push(
        one(error, error, file).unwrap_or_else(|| Fault::new(error.to_string()).at(file, (0, 0))),
    );
    for related in error.related().into_iter().flatten() {
        faults.extend(one(related, error, file));
    }
    faults
}

fn one(error: &dyn Diagnostic, top: &dyn Diagnostic, file: &str) -> Option<Fault> {
    let mut message = error.to_string();
    // What is wrong inside an option's value is a cause, not a message.
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !message.contains(&text) {
            message.push_str(": ");
            message.push_str(&text);
        }
        cause = error.source();
    }
    let labels: Vec<_> = error.labels()?.collect();
    // Of two places, "first defined here" is not the one to change.
    let label = labels
        .iter()
        .find(|label| {
            label
                .label()
                .is_some_and(|text| text.contains("found") || text.contains("again"))
        })
        .or(labels.last())?;
    let place = top
        .source_code()
        .and_then(|text| text.read_span(label.inner(), 0, 0).ok())
        .map_or((0, 0), |at| (at.line() as u32 + 1, at.column() as u32 + 1));
    let help = error.help().map(|help| help.to_string());
    Some(
        Fault::new(message)
            .at(file, place)
            .help(help.unwrap_or_default()),
    )
}
