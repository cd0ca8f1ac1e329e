//! The client of HTTP for a page: its proxy, its certificates, its patience.

use std::time::Duration;

use anyhow::bail;
use ureq::Agent;
use ureq::config::Config;

use super::proxy;
use super::target::{Server, Target};
use crate::args::FetchArgs;

/// Redirects are followed by hand: the client would go anywhere.
pub(super) fn agent(
    args: &FetchArgs,
    target: &Target,
    patience: Duration,
) -> anyhow::Result<Agent> {
    let proxy = proxy::of(target);
    let proxy = proxy.map(|proxy| proxy.client()).transpose()?;
    let config = Config::builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(proxy)
        .timeout_global(Some(patience))
        .user_agent(concat!("heapwise/", env!("CARGO_PKG_VERSION")))
        .accept("*/*");
    let config = match &target.server {
        Server::Https(_) => tls::configured(config, args, tls::Trust::Checked)?,
        Server::Insecure(_) => tls::configured(config, args, tls::Trust::Any)?,
        Server::Http(_) | Server::Unix(_) => config,
    };
    connected(config.build(), target)
}

#[cfg(unix)]
fn connected(config: Config, target: &Target) -> anyhow::Result<Agent> {
    use super::unix::{NoResolver, SocketConnector};
    Ok(match &target.server {
        Server::Unix(path) => Agent::with_parts(config, SocketConnector(path.clone()), NoResolver),
        _ => config.into(),
    })
}

#[cfg(not(unix))]
fn connected(config: Config, target: &Target) -> anyhow::Result<Agent> {
    match &target.server {
        Server::Unix(path) => bail!(
            "{}: found a Unix socket, which this system's programs do not serve profiles on",
            path.display()
        ),
        _ => Ok(config.into()),
    }
}

#[cfg(feature = "tls")]
mod tls {
    use anyhow::Context;
    use ureq::config::ConfigBuilder;
    use ureq::tls::{
        Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, parse_pem,
    };
    use ureq::typestate::AgentScope;

    use super::{FetchArgs, bail};

    /// Which servers are believed.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub(super) enum Trust {
        Checked,
        Any,
    }

    pub(super) fn configured(
        config: ConfigBuilder<AgentScope>,
        args: &FetchArgs,
        trust: Trust,
    ) -> anyhow::Result<ConfigBuilder<AgentScope>> {
        let roots = match &args.tls_ca {
            Some(path) => RootCerts::new_with_certs(&certificates(path)?),
            None => RootCerts::PlatformVerifier,
        };
        let tls = TlsConfig::builder()
            .root_certs(roots)
            .client_cert(client(args)?)
            .disable_verification(trust == Trust::Any);
        Ok(config.tls_config(tls.build()))
    }

    fn client(args: &FetchArgs) -> anyhow::Result<Option<ClientCert>> {
        let Some(path) = &args.tls_cert else {
            return Ok(None);
        };
        let key = key(args.tls_key.as_ref().unwrap_or(path))?;
        Ok(Some(ClientCert::new_with_certs(&certificates(path)?, key)))
    }

    /// Reads a file that an option names.
    fn read(path: &str) -> anyhow::Result<Vec<u8>> {
        std::fs::read(path).with_context(|| path.to_owned())
    }

    fn certificates(path: &str) -> anyhow::Result<Vec<Certificate<'static>>> {
        let bytes = read(path)?;
        let items = parse_pem(&bytes).filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        });
        let certificates: Vec<_> = items.collect();
        if certificates.is_empty() {
            bail!(
                "{path}: found no certificate, expected one in PEM (-----BEGIN CERTIFICATE-----)"
            );
        }
        Ok(certificates)
    }

    fn key(path: &str) -> anyhow::Result<PrivateKey<'static>> {
        let bytes = read(path)?;
        let key = parse_pem(&bytes).find_map(|item| match item {
            Ok(PemItem::PrivateKey(key)) => Some(key),
            _ => None,
        });
        match key {
            Some(key) => Ok(key),
            None => bail!(
                "{path}: found no private key, expected one in PEM (-----BEGIN PRIVATE KEY-----)"
            ),
        }
    }
}

#[cfg(not(feature = "tls"))]
mod tls {
    use ureq::config::ConfigBuilder;
    use ureq::typestate::AgentScope;

    use super::{FetchArgs, bail};

    pub(super) enum Trust {
        Checked,
        Any,
    }

    pub(super) fn configured(
        _: ConfigBuilder<AgentScope>,
        _: &FetchArgs,
        _: Trust,
    ) -> anyhow::Result<ConfigBuilder<AgentScope>> {
        bail!("https: this build has no TLS, expected one with the feature tls")
    }
}
