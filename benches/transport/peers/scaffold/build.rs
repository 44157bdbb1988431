//! The service by our own generator.

fn main() -> Result<(), protoc_gen_scaffold::build::Error> {
    protoc_gen_scaffold::build::Builder::new()
        .bytes(".bench.v1.Chunk.payload")
        .compile(&["../../proto/bench/v1/bench.proto"], &["../../proto"])
}
