//! Generates the service as tonic's users do.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = "../../proto";
    println!("cargo:rerun-if-changed={root}/attack");
    let files = protox::compile(["attack/v1/attack.proto"], [root])?;
    tonic_prost_build::configure()
        .build_client(true)
        .compile_fds(files)?;
    Ok(())
}
