//! Which package carries which file's descriptor.

use std::collections::HashMap;

use super::super_path;
use crate::model::Package;
use crate::request::Request;

/// A package carries its own files and, of the files they import, those that no
/// imported package carries: so each is in reach from every package that needs
/// it, and common imports are carried seldom.
pub(super) fn descriptors(packages: &mut [Package], request: &Request) {
    let imports = imports(request);
    let mut owner = vec![None; request.files().len()];
    for (at, package) in packages.iter().enumerate() {
        package
            .files
            .iter()
            .for_each(|&file| owner[file] = Some(at));
    }
    let needs: Vec<Needs> = (0..packages.len())
        .map(|at| needs(at, packages, &owner, &imports))
        .collect();
    let mut carried: Vec<Option<Vec<bool>>> = vec![None; packages.len()];
    // Depth first, so that what is imported is settled first. In a circle of
    // packages somebody is first, and carries what it needs.
    for root in 0..packages.len() {
        let mut stack = vec![(root, 0)];
        let mut entered = vec![false; packages.len()];
        entered[root] = true;
        while let Some((at, next)) = stack.pop() {
            if carried[at].is_some() {
                continue;
            }
            if let Some(&dependency) = needs[at].packages.get(next) {
                stack.push((at, next + 1));
                if !std::mem::replace(&mut entered[dependency], true) {
                    stack.push((dependency, 0));
                }
                continue;
            }
            let mut all = vec![false; request.files().len()];
            for &dependency in &needs[at].packages {
                for file in carried[dependency]
                    .iter()
                    .flat_map(|set| set.iter().enumerate())
                {
                    all[file.0] |= *file.1;
                }
            }
            let foreign: Vec<usize> = needs[at]
                .foreign
                .iter()
                .copied()
                .filter(|&file| !all[file])
                .collect();
            packages[at].descriptors.files = packages[at].files.clone();
            packages[at].descriptors.files.extend(&foreign);
            packages[at]
                .files
                .iter()
                .chain(&foreign)
                .for_each(|&file| all[file] = true);
            carried[at] = Some(all);
        }
    }
    for at in 0..packages.len() {
        packages[at].descriptors.packages = needs[at]
            .packages
            .iter()
            .map(|&to| {
                super_path(&packages[at].modules, &packages[to].modules) + "FILE_DESCRIPTORS"
            })
            .collect();
    }
}

#[derive(Default)]
struct Needs {
    /// Imported packages, in their order.
    packages: Vec<usize>,
    /// Imported files that are not generated, dependencies first.
    foreign: Vec<usize>,
}

fn needs(
    at: usize,
    packages: &[Package],
    owner: &[Option<usize>],
    imports: &[Vec<usize>],
) -> Needs {
    let mut needs = Needs::default();
    let mut seen = vec![false; imports.len()];
    let mut waiting = packages[at].files.clone();
    while let Some(file) = waiting.pop() {
        for &import in &imports[file] {
            match owner[import] {
                Some(package) if package == at => {}
                Some(package) => needs.packages.push(package),
                None if std::mem::replace(&mut seen[import], true) => {}
                None => {
                    needs.foreign.push(import);
                    waiting.push(import);
                }
            }
        }
    }
    needs.packages.sort_unstable();
    needs.packages.dedup();
    needs.foreign.sort_unstable();
    needs
}

fn imports(request: &Request) -> Vec<Vec<usize>> {
    let positions: HashMap<&str, usize> = request
        .files()
        .iter()
        .enumerate()
        .map(|(at, file)| (file.name(), at))
        .collect();
    request
        .files()
        .iter()
        .map(|file| {
            file.dependency
                .iter()
                .filter_map(|name| positions.get(name.as_str()).copied())
                .collect()
        })
        .collect()
}
