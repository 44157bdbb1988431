//! Generates the services of the tests by the build.rs API, as a user would.

fn main() -> Result<(), protoc_gen_scaffold::build::Error> {
    let protos = [
        "proto/attack/v1/attack.proto",
        "proto/probe/v1/probe.proto",
        "proto/grpc/testing/empty.proto",
        "proto/grpc/testing/messages.proto",
        "proto/grpc/testing/test.proto",
        "proto/xds/data/orca/v3/orca_load_report.proto",
        "proto/xds/service/orca/v3/orca.proto",
    ];
    protoc_gen_scaffold::build::Builder::new().compile(&protos, &["proto"])
}
