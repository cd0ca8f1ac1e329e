//! Profiles over TLS: a private authority, a certificate of the client, and what is said of each
//! certificate that does not suit.
#![cfg(feature = "tls")]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "runs the command against servers of its own"
)]

mod common;

use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::process::Output;
use std::sync::Arc;

use common::server::{Reply, Server, Wrap};
use common::{heapwise, workspace};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

const HEAP: &str = "testdata/server/heap.pb.gz";

/// TLS by these settings.
struct Tls(Arc<ServerConfig>);

impl Wrap for Tls {
    type Stream = StreamOwned<ServerConnection, TcpStream>;

    fn wrap(&self, stream: TcpStream) -> Self::Stream {
        StreamOwned::new(ServerConnection::new(Arc::clone(&self.0)).unwrap(), stream)
    }
}

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate and its key, in PEM.
fn signed(
    by: &Authority,
    names: &[&str],
    change: impl FnOnce(&mut CertificateParams),
) -> (String, String) {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, by).unwrap();
    (certificate.pem(), key.serialize_pem())
}

/// A server with a certificate that asks clients for one of `clients`, if there is such.
fn server((certificate, key): &(String, String), clients: Option<&Authority>) -> Server {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(Arc::clone(&provider));
    let config = config.with_safe_default_protocol_versions().unwrap();
    let config = match clients {
        None => config.with_no_client_auth(),
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.der().clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            config.with_client_cert_verifier(verifier.build().unwrap())
        }
    };
    let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
    let config = config.with_single_cert(chain, key).unwrap();
    Server::wrapped(Tls(Arc::new(config)), |_| {
        Reply::page(fs::read(workspace().join(HEAP)).unwrap())
    })
}

fn url(server: &Server, scheme: &str) -> String {
    format!("{scheme}://127.0.0.1:{}/debug/pprof/heap", server.port)
}

fn run(args: &[&str]) -> Output {
    heapwise(&workspace()).args(args).output().unwrap()
}

#[track_caller]
fn ranked(args: &[&str]) {
    let output = run(&[&["top", "-f", "csv"], args].concat());
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {error}");
    assert_eq!(output.stdout, run(&["top", "-f", "csv", HEAP]).stdout);
}

#[track_caller]
fn refused(args: &[&str]) -> String {
    let output = run(&[&["top"], args].concat());
    assert_eq!(output.status.code(), Some(2), "{args:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn option(folder: &Path, name: &str, file: &str, text: &str) -> String {
    let path = folder.join(file);
    fs::write(&path, text).unwrap();
    format!("--{name}={}", path.display())
}

#[test]
fn a_private_authority_is_trusted_where_it_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let authority = authority();
    let server = server(
        &signed(&authority, &["127.0.0.1", "localhost"], |_| {}),
        None,
    );
    let ca = option(folder.path(), "tls-ca", "ca.pem", &authority.pem());
    ranked(&[&ca, &url(&server, "https")]);
    ranked(&[
        "-tls_ca",
        ca.split_once('=').unwrap().1,
        &url(&server, "https"),
    ]);
    ranked(&[&url(&server, "https+insecure")]);
    let error = refused(&[&url(&server, "https")]);
    let is_told = error.contains("an authority that this machine does not trust")
        || error.contains("no CA certificates");
    assert!(is_told && error.contains("--tls-ca"), "{error}");
}

#[test]
fn a_certificate_is_shown_where_it_is_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let (authority, other) = (authority(), authority());
    let server = server(
        &signed(&authority, &["127.0.0.1"], |_| {}),
        Some(&authority),
    );
    let url = url(&server, "https");
    let ca = option(folder.path(), "tls-ca", "ca.pem", &authority.pem());
    let (certificate, key) = signed(&authority, &["me"], |_| {});
    let shown = option(folder.path(), "tls-cert", "me.pem", &certificate);
    let with = option(folder.path(), "tls-key", "me.key", &key);
    ranked(&[&ca, &shown, &with, &url]);
    let both = option(
        folder.path(),
        "tls-cert",
        "both.pem",
        &format!("{certificate}{key}"),
    );
    ranked(&[&ca, &both, &url]);

    let error = refused(&[&ca, &url]);
    assert!(
        error.contains("the server wants a certificate of the client"),
        "{error}"
    );
    let (certificate, key) = signed(&other, &["me"], |_| {});
    let shown = option(folder.path(), "tls-cert", "other.pem", &certificate);
    let with = option(folder.path(), "tls-key", "other.key", &key);
    let error = refused(&[&ca, &shown, &with, &url]);
    assert!(error.contains("TLS: "), "{error}");
}

#[test]
fn certificates_that_do_not_suit_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let authority = authority();
    let ca = option(folder.path(), "tls-ca", "ca.pem", &authority.pem());
    let expired = signed(&authority, &["127.0.0.1"], |params| {
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2020, 2, 1);
    });
    let early = signed(&authority, &["127.0.0.1"], |params| {
        params.not_before = date_time_ymd(2999, 1, 1);
    });
    let misnamed = signed(&authority, &["app.example"], |_| {});
    for (certificate, words) in [
        (expired, "expired, or the clock of this machine is wrong"),
        (early, "not valid yet"),
        (misnamed, "not made for this host"),
    ] {
        let server = server(&certificate, None);
        let error = refused(&[&ca, &url(&server, "https")]);
        assert!(error.contains(words), "{error}");
        assert!(error.lines().count() <= 2, "{error}");
        ranked(&[&url(&server, "https+insecure")]);
    }
}

#[test]
fn what_is_no_certificate_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let authority = authority();
    let (certificate, key) = signed(&authority, &["127.0.0.1"], |_| {});
    let server = server(&(certificate.clone(), key), None);
    let url = url(&server, "https");
    let ca = option(folder.path(), "tls-ca", "ca.pem", "nothing");
    let error = refused(&[&ca, &url]);
    assert!(
        error.contains("ca.pem: found no certificate, expected one in PEM"),
        "{error}"
    );
    let shown = option(folder.path(), "tls-cert", "me.pem", &certificate);
    let error = refused(&[&shown, &url]);
    assert!(
        error.contains("me.pem: found no private key, expected one in PEM"),
        "{error}"
    );
    let error = refused(&["--tls-ca=/nonexistent", &url]);
    assert!(error.contains("/nonexistent: No such file"), "{error}");
}

#[test]
fn the_other_protocol_is_told() {
    let authority = authority();
    let secret = server(&signed(&authority, &["127.0.0.1"], |_| {}), None);
    let error = refused(&[&url(&secret, "http")]);
    assert!(error.contains("https://?"), "{error}");
    let open = Server::start(|_| Reply::page("x"));
    let error = refused(&[&url(&open, "https")]);
    assert!(
        error.contains("the server does not speak TLS: http://?"),
        "{error}"
    );
}
