//! Load over TLS, and certificates that are not what they should be.

mod fake;

use std::path::Path;

use fake::{Behaviour, Load, plan, start_with};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use scaffold_load::{Exit, Plan, run};
use scaffold_runtime::net::ServerTls;

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).expect("parameters");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    CertifiedIssuer::self_signed(params, key).expect("an authority")
}

fn server(authority: &Authority) -> fake::Running {
    let key = KeyPair::generate().expect("a key");
    let names = vec!["users.example".to_owned()];
    let params = CertificateParams::new(names).expect("parameters");
    let certificate = params.signed_by(&key, authority).expect("a certificate");
    let tls = ServerTls::new(certificate.pem(), key.serialize_pem());
    start_with(Behaviour::default(), move |config| config.tls = Some(tls))
}

fn secured(server: &fake::Running, ca: &Path, name: &str) -> Plan {
    Plan {
        target: format!("https://{}", server.target),
        tls_ca: Some(ca.to_owned()),
        authority: Some(name.to_owned()),
        ..plan(server, "Plain", 100.0, 300)
    }
}

#[test]
fn runs_over_tls_and_refuses_what_it_does_not_trust() {
    let (known, stranger) = (authority(), authority());
    let server = server(&known);
    let file = tempfile::NamedTempFile::new().expect("a file");
    let ca = |authority: &Authority| std::fs::write(file.path(), authority.pem()).expect("written");

    ca(&known);
    let fine = run(
        Load::default(),
        secured(&server, file.path(), "users.example"),
    );
    assert_eq!(fine.expect("a run").record.methods[0].response_ok.len(), 30);

    let wrong_name = run(
        Load::default(),
        secured(&server, file.path(), "others.example"),
    );
    let fault = wrong_name.expect_err("no run");
    assert_eq!(fault.exit(), Exit::Unreachable, "{fault}");

    ca(&stranger);
    let untrusted = run(
        Load::default(),
        secured(&server, file.path(), "users.example"),
    );
    let fault = untrusted.expect_err("no run");
    assert_eq!(fault.exit(), Exit::Unreachable, "{fault}");

    let untold = Plan {
        tls_ca: None,
        ..secured(&server, file.path(), "users.example")
    };
    let fault = run(Load::default(), untold).expect_err("no run");
    // The system's authorities do not know the server.
    let expected = match cfg!(feature = "tls-native-roots") {
        true => Exit::Unreachable,
        false => Exit::Usage,
    };
    assert_eq!(fault.exit(), expected, "{fault}");
}
