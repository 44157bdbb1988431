//! Messages by prost, without services.

fn main() {
    println!("cargo:rerun-if-changed=../proto");
    let files =
        protox::compile(["bench/v1/bench.proto"], ["../proto"]).expect("the proto compiles");
    prost_build::Config::new()
        .bytes([".bench.v1.Chunk.payload"])
        .compile_fds(files)
        .expect("prost generates");
}
