//! Generates the probe service by the build.rs API, as a user would.

fn main() -> Result<(), protoc_gen_scaffold::build::Error> {
    protoc_gen_scaffold::build::Builder::new().compile(&["proto/probe/v1/probe.proto"], &["proto"])
}
