//! `mount!`: the module tree of files that are generated apart.

/// Mounts the generated files that lie beside the file of the call, as
/// `pub mod package { ... }`. The generator prints it with `mount=scan`.
#[cfg(not(feature = "mount"))]
#[macro_export]
macro_rules! mount {
    () => {
        ::core::compile_error!(
            "this module tree needs scaffold-runtime's feature `mount`: enable it, or generate with the option `mount=tree`"
        );
    };
}
