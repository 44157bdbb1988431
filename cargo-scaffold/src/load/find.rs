//! From arguments to drivers.

use std::collections::BTreeMap;
use std::sync::Arc;

use scaffold_load::payload::Method;
use scaffold_load::{Driver, Fault, Found, Plan, channel, names};

use super::args::Args;
use super::data::{Calls, Data};
use super::driver::{Files, Foreign};
use super::listing;
use super::reflection::Reflection;
use super::schema::Schema;

/// Finds what the arguments name, in `.proto` files or at the target.
pub(super) fn find(args: Args, plan: &Plan) -> Result<Found, Fault> {
    let schema = match args.proto.is_empty() {
        true => reflected(&args, plan)?,
        false => Schema::compile(&args.proto, &args.include)?,
    };
    if args.list {
        return Ok(Found::Said(listing::methods(schema.methods())));
    }
    let called = called(&args, &schema)?;
    let mut data = data(&args, &called, &schema)?;
    // By service: each has a driver of its own.
    let mut services: BTreeMap<&str, Vec<(&Method, Option<Calls>)>> = BTreeMap::new();
    for method in called {
        let methods = services.entry(service(&method.path)).or_default();
        methods.push((method, data.remove(&*method.path)));
    }
    let files = Files::of(&schema);
    let name = services.keys().copied().collect::<Vec<_>>().join(", ");
    let driver = |(name, methods)| {
        let driver = Foreign::new(name, methods, &schema, files)?;
        Ok(Arc::new(driver) as Arc<dyn Driver>)
    };
    let drivers = services.into_iter().map(driver);
    let drivers: Vec<Arc<dyn Driver>> = drivers.collect::<Result<_, Fault>>()?;
    match args.show {
        None => Ok(Found::Drivers { name, drivers }),
        Some(count) => listing::payloads(&drivers, plan, &schema, count).map(Found::Said),
    }
}

/// Asks the server for the services that the arguments name, or for all.
fn reflected(args: &Args, plan: &Plan) -> Result<Schema, Fault> {
    let (channel, metadata) = channel(plan)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Fault::internal(format!("no runtime: {error}")))?;
    runtime.block_on(async {
        let mut reflection = Reflection::open(&channel, &metadata).await?;
        let all = args.list || args.calls.is_empty();
        let wanted: Vec<String> = reflection
            .services()
            .filter(|service| {
                all || args
                    .calls
                    .iter()
                    .any(|call| may_be_of(&call.method, service))
            })
            .map(str::to_owned)
            .collect();
        if wanted.is_empty() {
            let services: Vec<&str> = reflection.services().collect();
            return Err(Fault::usage(format!(
                "the server has no service that --call names; it has: {}",
                services.join(", ")
            )));
        }
        for service in &wanted {
            reflection.fetch(service).await?;
        }
        Schema::new(reflection.into_files())
    })
}

/// Whether a method that is called so can be of this service.
fn may_be_of(method: &str, service: &str) -> bool {
    match method.rsplit_once('/') {
        None => true,
        Some((named, _)) => service
            .strip_suffix(named)
            .is_some_and(|before| before.is_empty() || before.ends_with('.')),
    }
}

/// The methods that the arguments name.
fn called<'a>(args: &Args, schema: &'a Schema) -> Result<Vec<&'a Method>, Fault> {
    if args.calls.is_empty() {
        return Err(Fault::usage(format!(
            "--call says which methods to call, for some may do harm; there are:\n{}",
            listing::methods(schema.methods()).trim_end()
        )));
    }
    let mut called: Vec<&Method> = Vec::new();
    for call in &args.calls {
        let method = named(&call.method, schema)?;
        if called.iter().any(|other| other.path == method.path) {
            return Err(Fault::usage(format!("--call names {} twice", call.method)));
        }
        called.push(method);
    }
    Ok(called)
}

/// The one method that is called so.
fn named<'a>(name: &str, schema: &'a Schema) -> Result<&'a Method, Fault> {
    let all = schema.methods();
    let found: Vec<&Method> = all
        .iter()
        .filter(|method| names(&method.path, name))
        .collect();
    match found[..] {
        [method] => Ok(method),
        [] => Err(Fault::usage(format!(
            "there is no method {name}; there are:\n{}",
            listing::methods(all).trim_end()
        ))),
        _ => Err(Fault::usage(format!(
            "{name} is the name of several methods: write package.Service/Method"
        ))),
    }
}

/// The requests that are written as JSON, by the path of their method.
fn data<'a>(
    args: &Args,
    called: &[&'a Method],
    schema: &Schema,
) -> Result<BTreeMap<&'a str, Calls>, Fault> {
    let mut all = BTreeMap::new();
    for data in &args.data {
        let data = Data::parse(data);
        let method = match (data.method, called) {
            (None, [method]) => *method,
            (None, _) => {
                return Err(Fault::usage(
                    "several methods are called: write --data METHOD=JSON".to_owned(),
                ));
            }
            (Some(name), _) => {
                let mut methods = called.iter();
                let found = methods.find(|method| names(&method.path, name));
                *found.ok_or_else(|| {
                    Fault::usage(format!("--data is for {name}, which --call does not name"))
                })?
            }
        };
        let calls = data.read(method, &schema.message(&method.input)?)?;
        if all.insert(&*method.path, calls).is_some() {
            return Err(Fault::usage(format!(
                "--data is there twice for {}: write a list",
                method.path.trim_start_matches('/')
            )));
        }
    }
    Ok(all)
}

/// `package.Service` of `/package.Service/Method`.
fn service(path: &str) -> &str {
    let path = path.trim_start_matches('/');
    path.split_once('/').map_or(path, |(service, _)| service)
}
