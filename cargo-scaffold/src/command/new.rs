//! `cargo scaffold new`: a project, whole or not at all.

use std::path::{Path, PathBuf};

use crate::config::{Config, Runtime};
use crate::fault::{Context, Exit, Fault, Result};
use crate::layout::{self, Project};
use crate::lock::{self, Class, Entry, Lock};
use crate::plan::Wanted;
use crate::protos::{self, proto_fault};
use crate::shell::Shell;
use crate::view::View;
use crate::{check_name, hash, write};

/// What `new` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The project's name, and its directory's.
    name: String,

    /// A .proto file, or a directory of them; repeatable.
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    proto: Vec<PathBuf>,

    /// Where imports are searched; repeatable. Found from the package where none is given.
    #[arg(short = 'I', long = "include", value_name = "DIR")]
    include: Vec<PathBuf>,

    /// The project's directory, instead of one with its name.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,

    /// Ask nothing. There are no questions yet: every answer is a flag.
    #[arg(short, long)]
    yes: bool,

    /// Print what would be made, and make nothing.
    #[arg(long)]
    dry_run: bool,

    /// Where the runtime crates come from: vendored, path=DIR (from the
    /// project), git=URL, registry=VERSION.
    #[arg(long, value_name = "SOURCE", default_value = "vendored", value_parser = Runtime::parse)]
    runtime: Runtime,

    /// Make a member of the workspace around it, not a workspace of its own.
    #[arg(long)]
    workspace_member: bool,
}

/// What makes a project, for those who make one without a command line.
#[derive(Debug)]
pub(crate) struct Order<'a> {
    pub(crate) name: &'a str,
    pub(crate) dir: &'a Path,
    pub(crate) protos: &'a [PathBuf],
    pub(crate) includes: &'a [PathBuf],
    pub(crate) runtime: Runtime,
    pub(crate) member: bool,
}

pub(crate) fn run(args: Args, shell: Shell) -> Result<Exit> {
    let dir = args
        .dir
        .clone()
        .unwrap_or_else(|| PathBuf::from(&args.name));
    let order = Order {
        name: &args.name,
        dir: &dir,
        protos: &args.proto,
        includes: &args.include,
        runtime: args.runtime,
        member: args.workspace_member,
    };
    let files = order.files()?;
    if args.dry_run {
        for file in &files {
            println!("+ create   {}", file.path);
        }
        return Ok(Exit::Done);
    }
    order.make(&files)?;
    let yours = files
        .iter()
        .filter(|file| file.class != Class::Machine)
        .count();
    shell.status(
        "Created",
        format!(
            "{} in {}: {yours} files of yours, the rest is generated",
            args.name,
            dir.display()
        ),
    );
    shell.status("Next", format!("cd {} && cargo run", dir.display()));
    if order.member {
        shell.warn("add the project and its `loadtest` to the members of the workspace around it");
    }
    Ok(Exit::Done)
}

// === impl Order ===

impl Order<'_> {
    /// The files of the project. Nothing is written.
    pub(crate) fn files(&self) -> Result<Vec<Wanted>> {
        check_name::check(self.name)?;
        self.check_dir()?;
        let config = Config::fresh(self.runtime.clone());
        let parameter = config.parameter()?;
        let given = protos::read_given(self.protos, self.includes, &parameter)?;
        let sources = given.files()?;

        // Compiled again as the project has them: what is generated now is what
        // `generate` finds to be in step.
        let copy = tempfile::tempdir().context(|| "no temporary directory".to_owned())?;
        for (name, content) in &sources {
            write::put(&copy.path().join(name), content)?;
        }
        let root = [copy.path().to_owned()];
        let protos = protos::read(&root, &root, &parameter)?;
        let request = protos.compiled.request();
        let checked = protoc_gen_scaffold::inspect(request).map_err(proto_fault)?;
        let generated = protoc_gen_scaffold::generate(request).map_err(proto_fault)?;

        let view = View::new(checked.model(), &Default::default());
        if view.services.is_empty() {
            return Err(
                Fault::proto(vec!["the .proto files have no service".to_owned()])
                    .help("name the file that has the `service`; imports are found by themselves")
                    .note("nothing was made"),
            );
        }
        let project = Project {
            name: self.name,
            member: self.member,
            config: &config,
            view: &view,
            near: existing(self.dir),
        };
        let mut files = layout::machine(&config, generated);
        files.extend(layout::seeds(project, &sources)?);
        let mut lock = Lock::new();
        lock.tool = env!("CARGO_PKG_VERSION").to_owned();
        lock.protos = protos.hash();
        lock.options = hash::sha256(parameter.as_bytes());
        lock.services = view.handlers.clone();
        for file in &files {
            let entry = Entry {
                class: file.class,
                sha256: hash::sha256(&file.content),
            };
            lock.files.insert(file.path.clone(), entry);
        }
        files.push(layout::file(lock::FILE, Class::Machine, lock.text()?));
        files.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(files)
    }

    /// Makes the project beside its place, then moves it there.
    pub(crate) fn make(&self, files: &[Wanted]) -> Result<()> {
        let parent = existing(self.dir);
        if let Some(above) = self.dir.parent()
            && !above.as_os_str().is_empty()
            && !above.is_dir()
        {
            return Err(Fault::usage(format!("{} is not there", above.display()))
                .help("make the directory first")
                .note("nothing was made"));
        }
        let temporary = tempfile::Builder::new()
            .prefix(".scaffold-new-")
            .tempdir_in(parent)
            .context(|| format!("cannot write in {}", parent.display()))
            .map_err(|fault| fault.note("nothing was made"))?;
        let staged = temporary.path().join("project");
        write::fill(&staged, files)
            .and_then(|()| write::publish(&staged, self.dir))
            .map_err(|fault| fault.note("nothing was made"))
    }

    fn check_dir(&self) -> Result<()> {
        let refuse = |what: &str| {
            Err(Fault::usage(format!("{} {what}", self.dir.display()))
                .help("name another directory with --dir, or move it away")
                .note("nothing was changed"))
        };
        match std::fs::symlink_metadata(self.dir) {
            Err(_) => Ok(()),
            Ok(metadata) if !metadata.is_dir() => refuse("is there, and is no directory"),
            Ok(_) => {
                match std::fs::read_dir(self.dir).map(|mut entries| entries.next().is_none()) {
                    Ok(true) => Ok(()),
                    Ok(false) => refuse("is not empty"),
                    Err(_) => refuse("cannot be read"),
                }
            }
        }
    }
}

/// The directory in which `dir` is, or will be.
fn existing(dir: &Path) -> &Path {
    match dir.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
