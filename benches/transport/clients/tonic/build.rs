//! The client by tonic's generator.

fn main() {
    println!("cargo:rerun-if-changed=../../proto");
    let files =
        protox::compile(["bench/v1/bench.proto"], ["../../proto"]).expect("the proto compiles");
    tonic_prost_build::configure()
        .bytes(".bench.v1.Chunk.payload")
        .build_server(false)
        .compile_fds(files)
        .expect("tonic generates");
}
