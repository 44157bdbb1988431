//! Packages, services and methods.

use super::scopes::{Item, Kind, Scopes};
use crate::catalogue;
use crate::model::{Model, Package, Place};

/// File systems stop at 255 bytes.
const LONGEST_FILE_NAME: usize = 240;

pub(super) fn packages(scopes: &mut Scopes<'_>, model: &Model) {
    for pair in model.packages.windows(2) {
        if pair[0].modules == pair[1].modules {
            scopes.meet(
                &pair[0].modules.join("::"),
                &item(&pair[0]),
                &item(&pair[1]),
            );
        }
    }
    for package in &model.packages {
        // Room for what editors and version control put behind a name.
        let len = package.file_name.len();
        if len > LONGEST_FILE_NAME {
            let fault = catalogue::file_name_too_long(&package.proto, len);
            scopes.fault(&item(package), fault);
        }
        if !model.tree && package.file_name == "mod_.rs" {
            scopes.fault(&item(package), catalogue::package_needs_tree("mod"));
        }
        for segment in package
            .proto
            .split('.')
            .filter(|segment| !segment.is_empty())
        {
            scopes.speakable(segment, || item(package));
        }
        for (depth, module) in package.modules.iter().enumerate() {
            scopes.enter(
                &package.modules[..depth].join("::"),
                module.clone(),
                item(package),
            );
        }
        services(scopes, package);
    }
}

fn services(scopes: &mut Scopes<'_>, package: &Package) {
    let module = package.modules.join("::");
    for service in &package.services {
        let item = || Item {
            kind: Kind::Service,
            name: service.full_name.clone(),
            place: service.place.clone(),
        };
        scopes.speakable(&service.name.proto, item);
        scopes.enter(&module, service.name.rust.module.clone(), item());
        let methods: Vec<(String, Item)> = service
            .methods
            .iter()
            .map(|method| {
                let item = Item {
                    kind: Kind::Method,
                    name: format!("{}.{}", service.name.proto, method.name.proto),
                    place: method.place.clone(),
                };
                scopes.speakable(&method.name.proto, || item.clone());
                (method.name.rust.function.clone(), item)
            })
            .collect();
        scopes.distinct(methods.into_iter());
    }
}

fn item(package: &Package) -> Item {
    Item {
        kind: Kind::Package,
        name: package.proto.clone(),
        place: Place {
            file: package.files[0],
            path: vec![2],
        },
    }
}
