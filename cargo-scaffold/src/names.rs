//! Names of the things that a person owns. Names in generated code are decided
//! by the generator; these stand on top of them.
//!
//! | what | shape | example |
//! |---|---|---|
//! | library | the project's name, `-` as `_` | `user_service` |
//! | load test's package | the project's name + `-loadtest` | `user-service-loadtest` |
//! | environment prefix | the library's, upper case | `USER_SERVICE` |
//! | module of a service's handlers | the service's module; `mod` gets `_` | `user_service` |
//! | its file | the module without `r#` | `src/services/user_service.rs` |
//! | handlers | the service's camel + `Handler` | `UserServiceHandler` |
//!
//! Two services with one name, in two packages: the later one has its package
//! in front, `b_v1_users` and `BV1UsersHandler`. What a project once has, stays.

use std::collections::BTreeMap;

use crate::lock::Handler;

pub(crate) fn library(project: &str) -> String {
    project.replace('-', "_")
}

pub(crate) fn loadtest(project: &str) -> String {
    format!("{project}-loadtest")
}

pub(crate) fn environment(project: &str) -> String {
    library(project).to_ascii_uppercase()
}

/// The file of a module, without `.rs`.
pub(crate) fn file(module: &str) -> &str {
    module.strip_prefix("r#").unwrap_or(module)
}

/// Where the handlers of a service go. `module` and `server` are the
/// generator's names of the service; `taken` is what other services have.
pub(crate) fn handler(
    package: &str,
    module: &str,
    server: &str,
    taken: &BTreeMap<String, Handler>,
) -> Handler {
    // `services/mod.rs` is taken.
    let module = if file(module) == "mod" {
        "mod_"
    } else {
        module
    };
    let camel = server.strip_suffix("Server").unwrap_or(server);
    let plain = Handler {
        module: module.to_owned(),
        handler: format!("{camel}Handler"),
    };
    if is_free(&plain, taken) {
        return plain;
    }
    let parts: Vec<&str> = package.split('.').filter(|part| !part.is_empty()).collect();
    let camels: String = parts.iter().map(|part| capital(part)).collect();
    let long = Handler {
        module: format!("{}_{}", parts.join("_").to_ascii_lowercase(), file(module)),
        handler: format!("{camels}{camel}Handler"),
    };
    // Packages `a.b` and `a_b` meet again here; numbers end it.
    (1..)
        .map(|number| match number {
            1 => long.clone(),
            _ => Handler {
                module: format!("{}_{number}", long.module),
                handler: format!("{}{number}", long.handler),
            },
        })
        .find(|name| is_free(name, taken))
        .unwrap_or(long)
}

fn is_free(name: &Handler, taken: &BTreeMap<String, Handler>) -> bool {
    // Some file systems take upper and lower case for the same.
    taken.values().all(|other| {
        !file(&other.module).eq_ignore_ascii_case(file(&name.module))
            && other.handler != name.handler
    })
}

fn capital(part: &str) -> String {
    part.split('_')
        .map(|word| {
            let mut chars = word.chars();
            chars
                .next()
                .map(|first| first.to_ascii_uppercase().to_string() + chars.as_str())
                .unwrap_or_default()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_with_one_name_get_two() {
        let mut taken = BTreeMap::new();
        let first = handler("a.v1", "users", "UsersServer", &taken);
        assert_eq!(first.handler, "UsersHandler");
        taken.insert("a.v1.Users".to_owned(), first);
        let second = handler("b.v1", "users", "UsersServer", &taken);
        assert_eq!(
            (second.module.as_str(), second.handler.as_str()),
            ("b_v1_users", "BV1UsersHandler")
        );
        taken.insert("b.v1.Users".to_owned(), second);
        let third = handler("b_v1", "users", "UsersServer", &taken);
        assert_eq!(third.module, "b_v1_users_2");
    }

    #[test]
    fn a_keyword_stays_one_and_mod_does_not() {
        let taken = BTreeMap::new();
        assert_eq!(
            handler("a", "r#type", "TypeServer", &taken).module,
            "r#type"
        );
        assert_eq!(file("r#type"), "type");
        assert_eq!(handler("a", "r#mod", "ModServer", &taken).module, "mod_");
    }
}
