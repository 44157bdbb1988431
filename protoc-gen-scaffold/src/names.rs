//! Every name that generated code gets, decided here and nowhere else.
//!
//! | from | shape | example | to |
//! |---|---|---|---|
//! | package segment | snake | `MyShop.v1` | `my_shop::v1` |
//! | file of a package | snake, joined by dots, no `r#` | `shop.type` | `shop.type.rs` |
//! | file of no package, of package `mod` | | | `_.rs`, `mod_.rs` |
//! | message, enum | camel | `HTTPRule` | `HttpRule` |
//! | module of a message's nested types and oneofs | snake | `HTTPRule` | `http_rule` |
//! | field | snake | `userId` | `user_id` |
//! | oneof field | snake | `auth_method` | `auth_method` |
//! | oneof type | camel, `OneOf` added if a nested type has it | `auth_method` | `AuthMethod` |
//! | oneof variant | camel of the field | `user_id` | `UserId` |
//! | enum variant | camel, the enum's name stripped | `KIND_UNKNOWN` of `Kind` | `Unknown` |
//! | service module | snake | `UserService` | `user_service` |
//! | service trait | camel | `UserService` | `UserService` |
//! | server | camel + `Server` | `UserService` | `UserServiceServer` |
//! | client | camel + `Client` | `UserService` | `UserServiceClient` |
//! | blocking client | camel + `BlockingClient` | `UserService` | `UserServiceBlockingClient` |
//! | load driver | camel + `Load` | `UserService` | `UserServiceLoad` |
//! | rpc | snake; reserved ones get `_` | `GetUser`, `New` | `get_user`, `new_` |
//! | rpc's spec | upper snake | `GetUser` | `methods::GET_USER` |
//! | rpc's payload in the load driver | `payload_` + snake | `GetUser` | `payload_get_user` |
//!
//! Fixed names: `FILE_DESCRIPTORS` in a package; `NAME`, `SPEC`, `methods` in a
//! service's module.
//!
//! Reserved for rpcs: `new`, `blocking`, `from_arc` are functions of ours, and
//! `clone`, `into`, `try_into` are what a client does by traits.
//!
//! Keywords become raw identifiers (`r#type`), those that cannot be raw get an
//! underscore (`self_`, `super_`, `crate_`, `extern_`, `Self_`), and a leading
//! digit gets one in front (`_1`). Messages are printed by prost, so the rules
//! for their names are prost's. Names that meet after all that are reported by
//! [`crate::check`], never changed.

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

use crate::model::{MethodNames, ServiceNames};

/// Names of a service.
pub(crate) fn service(proto: &str) -> ServiceNames {
    let camel = proto.to_upper_camel_case();
    let with = |suffix: &str| identifier(&format!("{camel}{suffix}"));
    ServiceNames {
        module: snake(proto),
        handler: identifier(&camel),
        server: with("Server"),
        client: with("Client"),
        blocking: with("BlockingClient"),
        load: with("Load"),
    }
}

/// Names of a method.
pub(crate) fn method(proto: &str) -> MethodNames {
    let plain = proto.to_snake_case();
    MethodNames {
        function: match plain.as_str() {
            "new" | "blocking" | "from_arc" | "clone" | "into" | "try_into" => format!("{plain}_"),
            _ => identifier(&plain),
        },
        constant: identifier(&proto.to_shouty_snake_case()),
        payload: format!("payload_{plain}"),
    }
}

/// A module, a field, or a oneof's field.
pub(crate) fn snake(proto: &str) -> String {
    identifier(&proto.to_snake_case())
}

/// A message, an enum, or a oneof's variant.
pub(crate) fn camel(proto: &str) -> String {
    identifier(&proto.to_upper_camel_case())
}

/// The type of a oneof, given whether a nested type of the message has the name.
pub(crate) fn oneof_type(proto: &str, taken: bool) -> String {
    let mut name = camel(proto);
    if taken {
        name.push_str("OneOf");
    }
    name
}

/// The variant of an enum's value: the enum's name is stripped from its front,
/// where a capital letter follows.
pub(crate) fn variant(enumeration: &str, value: &str) -> String {
    let name = camel(value);
    match name.strip_prefix(enumeration) {
        Some(rest) if rest.starts_with(char::is_uppercase) => identifier(rest),
        _ => name,
    }
}

/// Whether a name has a letter or a digit, without which no Rust name is left.
pub(crate) fn is_speakable(proto: &str) -> bool {
    proto.contains(|c: char| c.is_ascii_alphanumeric())
}

/// A module's name without `r#`, as paths of files have it.
pub(crate) fn file_part(module: &str) -> &str {
    module.strip_prefix("r#").unwrap_or(module)
}

/// The file of a package, given its modules.
pub(crate) fn file(modules: &[String]) -> String {
    let parts: Vec<&str> = modules.iter().map(|module| file_part(module)).collect();
    match parts[..] {
        [] => "_.rs".to_owned(),
        // `mod.rs` is the tree. No other package has an underscore there.
        ["mod"] => "mod_.rs".to_owned(),
        _ => format!("{}.rs", parts.join(".")),
    }
}

/// Makes an identifier of a name that may be a keyword or start with a digit.
fn identifier(name: &str) -> String {
    if RAW.binary_search(&name).is_ok() {
        format!("r#{name}")
    } else if NEVER_RAW.contains(&name) {
        format!("{name}_")
    } else if name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("_{name}")
    } else {
        name.to_owned()
    }
}

/// Keywords of all editions that may be raw; sorted.
const RAW: [&str; 47] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static",
    "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield",
];

/// Keywords that may not; `extern` could, but prost has it here.
const NEVER_RAW: [&str; 6] = ["_", "Self", "crate", "extern", "self", "super"];
