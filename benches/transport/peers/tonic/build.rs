//! The service by tonic's generator.

fn main() {
    println!("cargo:rerun-if-changed=../../proto");
    let files =
        protox::compile(["bench/v1/bench.proto"], ["../../proto"]).expect("the proto compiles");
    tonic_prost_build::configure()
        .bytes(".bench.v1.Chunk.payload")
        .build_client(false)
        .compile_fds(files)
        .expect("tonic generates");
}
