//! Generated services say where every name comes from: paths are absolute, or
//! start at `self`, `super` or a name of their own module.

mod shared;

use std::collections::HashSet;

use shared::{cases, read_folder};
use syn::visit::{self, Visit};

/// What a path may start with beside `::`, `crate`, `self`, `super` and `Self`.
const OWN: [&str; 3] = ["NAME", "SPEC", "methods"];
/// Types that the language itself has.
const PRIMITIVE: [&str; 10] = [
    "bool", "f32", "f64", "i32", "i64", "str", "u8", "u32", "u64", "usize",
];

#[test]
fn services_say_where_every_name_comes_from() {
    let mut seen = 0;
    for case in cases("golden") {
        for (name, text) in read_folder(&case.join("out")) {
            let file = syn::parse_file(&text).expect("Rust");
            for item in file.items {
                if let syn::Item::Mod(module) = &item
                    && is_service(module)
                {
                    let mut paths = Paths {
                        at: format!("{}/{name}", case.display()),
                        local: HashSet::new(),
                    };
                    paths.visit_item_mod(module);
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 30, "only {seen} services");
}

fn is_service(module: &syn::ItemMod) -> bool {
    let items = module.content.as_ref().map_or(&[][..], |(_, items)| items);
    items
        .iter()
        .any(|item| matches!(item, syn::Item::Const(item) if item.ident == "NAME"))
}

struct Paths {
    at: String,
    /// Arguments, generics and bindings of what is being visited.
    local: HashSet<String>,
}

impl Visit<'_> for Paths {
    fn visit_item_use(&mut self, item: &syn::ItemUse) {
        panic!("{}: a use: {item:?}", self.at);
    }

    fn visit_path(&mut self, path: &syn::Path) {
        let first = path.segments.first().expect("a segment").ident.to_string();
        let known = path.leading_colon.is_some()
            || ["crate", "self", "super", "Self"].contains(&first.as_str())
            || OWN.contains(&first.as_str())
            || self.local.contains(&first)
            || path.segments.len() == 1 && PRIMITIVE.contains(&first.as_str());
        assert!(known, "{}: `{first}` comes from nowhere", self.at);
        visit::visit_path(self, path);
    }

    // `#[doc = ...]`, `#[cfg(...)]` and `#[deprecated]` are the language's.
    fn visit_attribute(&mut self, _: &syn::Attribute) {}

    fn visit_generics(&mut self, generics: &syn::Generics) {
        self.local
            .extend(generics.type_params().map(|param| param.ident.to_string()));
        visit::visit_generics(self, generics);
    }

    fn visit_item_impl(&mut self, item: &syn::ItemImpl) {
        // The one name that is neither a path nor made here: the type itself.
        let syn::Type::Path(own) = &*item.self_ty else {
            panic!("{}: an odd impl", self.at)
        };
        self.local.insert(own.path.segments[0].ident.to_string());
        visit::visit_item_impl(self, item);
        self.local.clear();
    }

    fn visit_pat_ident(&mut self, pattern: &syn::PatIdent) {
        self.local.insert(pattern.ident.to_string());
    }

    fn visit_field_value(&mut self, field: &syn::FieldValue) {
        self.visit_expr(&field.expr);
    }

    fn visit_macro(&mut self, mac: &syn::Macro) {
        assert!(
            mac.path.leading_colon.is_some(),
            "{}: a macro from nowhere",
            self.at
        );
    }
}
