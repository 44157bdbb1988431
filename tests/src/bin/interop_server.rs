//! The server of gRPC's interop suite on 127.0.0.1, a free port unless `--port`
//! names one, over TLS with `--use_tls --tls_cert_file=FILE --tls_key_file=FILE`; its
//! first line of output is the address. It stops on SIGTERM, or
//! after five minutes.

use std::net::SocketAddr;
use std::time::Duration;

use scaffold_runtime::net::{Pem, ServerTls};
use scaffold_runtime::{CompressionConfig, Encoding, Server, ServerConfig};
use scaffold_tests::interop::flags::Flags;
use scaffold_tests::interop::load::Load;
use scaffold_tests::interop::service::Tested;
use scaffold_tests::pb::grpc::testing::test_service::TestServiceServer;
use scaffold_tests::pb::xds::service::orca::v3::open_rca_service::OpenRcaServiceServer;

fn main() -> Result<(), scaffold_runtime::Error> {
    let flags = Flags::of_program(&["port", "use_tls", "tls_cert_file", "tls_key_file"]);
    let port = u16::try_from(flags.number("port", 0)).expect("--port is below 65536");
    let tls = flags.is_set("use_tls").then(|| {
        let file = |name| Pem::file(flags.text(name, ""));
        ServerTls::new(file("tls_cert_file"), file("tls_key_file"))
    });
    let load = Load::default();
    let server = Server::new(ServerConfig {
        address: SocketAddr::from(([127, 0, 0, 1], port)).into(),
        workers: 1,
        tls,
        // Only what a request asks for.
        compression: CompressionConfig {
            send: vec![Encoding::Gzip],
            min_size: usize::MAX,
            ..CompressionConfig::default()
        },
        ..ServerConfig::default()
    })
    .add_service(TestServiceServer::new(Tested::new(load.clone())))
    .add_service(OpenRcaServiceServer::new(load))
    .bind()?;
    println!("{}", server.local_addr());
    let handle = server.handle();
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(300));
        handle.shutdown();
    });
    server.run()
}
