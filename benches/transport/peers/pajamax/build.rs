//! The service by pajamax's generator, without the methods that stream.

use prost::Message as _;
use prost_new::Message as _;
use prost_types::FileDescriptorSet;

fn main() {
    println!("cargo:rerun-if-changed=../../proto");
    let files =
        protox::compile(["bench/v1/bench.proto"], ["../../proto"]).expect("the proto compiles");
    let mut files =
        FileDescriptorSet::decode(files.encode_to_vec().as_slice()).expect("the same messages");
    for service in files.file.iter_mut().flat_map(|file| &mut file.service) {
        service
            .method
            .retain(|method| !method.client_streaming() && !method.server_streaming());
    }
    prost_build::Config::new()
        .service_generator(Box::new(pajamax_build::PajamaxGen::Local))
        .compile_fds(files)
        .expect("pajamax generates");
}
