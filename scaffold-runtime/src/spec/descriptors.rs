//! `Descriptors`: the encoded descriptors of generated files.

/// Encoded `google.protobuf.FileDescriptorProto`s, one set for each package,
/// tied to the sets of the packages that it imports.
///
/// Packages may import one another in a circle as long as files do not, so that
/// whoever walks the sets must remember where it was.
#[derive(Clone, Copy)]
pub struct Descriptors {
    files: &'static [&'static [u8]],
    imports: &'static [&'static Descriptors],
}

// === impl Descriptors ===

impl Descriptors {
    /// A package's own files, and files that it imports and that are generated
    /// nowhere; then the sets of generated packages that it imports.
    pub const fn new(
        files: &'static [&'static [u8]],
        imports: &'static [&'static Descriptors],
    ) -> Descriptors {
        Descriptors { files, imports }
    }

    /// The encoded files of this set.
    pub const fn files(&self) -> &'static [&'static [u8]] {
        self.files
    }

    /// The sets that this one needs.
    pub const fn imports(&self) -> &'static [&'static Descriptors] {
        self.imports
    }
}

/// Shows counts: the sets may be tied in a circle.
impl std::fmt::Debug for Descriptors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Descriptors")
            .field("files", &self.files.len())
            .field("imports", &self.imports.len())
            .finish()
    }
}
