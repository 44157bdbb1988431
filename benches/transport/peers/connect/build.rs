//! The service by connect-rust's generator, from descriptors by protox, so that
//! no protoc is needed.

use prost::Message;

fn main() {
    println!("cargo:rerun-if-changed=../../proto");
    let files =
        protox::compile(["bench/v1/bench.proto"], ["../../proto"]).expect("the proto compiles");
    let set = std::path::Path::new(&std::env::var_os("OUT_DIR").expect("by cargo")).join("set.bin");
    std::fs::write(&set, files.encode_to_vec()).expect("OUT_DIR can be written");
    let mut messages = buffa_codegen::CodeGenConfig::default();
    messages.generate_views = true;
    messages.bytes_fields = vec![(
        ".bench.v1.Chunk.payload".into(),
        buffa_codegen::BytesRepr::Bytes,
    )];
    connectrpc_build::Config::new()
        .buffa_config(messages)
        .descriptor_set(set)
        .files(&["bench/v1/bench.proto"])
        .generate_json(false)
        .include_file("generated.rs")
        .compile()
        .expect("connectrpc generates");
}
