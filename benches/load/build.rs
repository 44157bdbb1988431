//! The service by our own generator.

fn main() -> Result<(), protoc_gen_scaffold::build::Error> {
    protoc_gen_scaffold::build::Builder::new()
        .parts(["messages", "server", "loadtest", "descriptors"])
        .compile(&["proto/hello.proto"], &["proto"])
}
