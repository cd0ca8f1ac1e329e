//! How profiles are fetched whose names are URLs.

use clap::Args as ClapArgs;

use super::numbers::{amount_parser, count_parser};
use std::num::NonZeroU32;

/// How URLs are fetched.
#[derive(Debug, Clone, Default, ClapArgs)]
#[command(next_help_heading = "URLs")]
pub(crate) struct FetchArgs {
    /// Let the server watch for this long: what comes is what was allocated meanwhile.
    ///
    /// Of a profile of the heap it is the difference of two, with what is in use as a change, not a level.
    #[arg(long, value_name = "N", value_parser = count_parser, hide_short_help = true)]
    pub(crate) seconds: Option<NonZeroU32>,
    /// Seconds to wait for an answer [default: 60, or 1.5 times --seconds if that is more].
    #[arg(long, value_name = "S", value_parser = amount_parser, hide_short_help = true)]
    pub(crate) timeout: Option<f64>,
    /// Certificates of the authorities to trust, in PEM, instead of the system's.
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub(crate) tls_ca: Option<String>,
    /// The certificate to show to the server, in PEM.
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub(crate) tls_cert: Option<String>,
    /// The key of that certificate, in PEM [default: in the file of the certificate].
    #[arg(
        long,
        value_name = "FILE",
        requires = "tls_cert",
        hide_short_help = true
    )]
    pub(crate) tls_key: Option<String>,
    /// Send this header, 'Name: value'; @FILE has one a line. May be repeated.
    #[arg(long, value_name = "HEADER", hide_short_help = true)]
    pub(crate) header: Vec<String>,
    /// Send the token in this file as the bearer's [default: HEAPWISE_BEARER_TOKEN, if set].
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub(crate) bearer_file: Option<String>,
    /// Follow redirects to other hosts, too; credentials do not go there.
    #[arg(long, hide_short_help = true)]
    pub(crate) follow_redirects: bool,
    /// Keep what is fetched in this folder, and say under which name.
    #[arg(long, value_name = "DIR", hide_short_help = true)]
    pub(crate) save: Option<String>,
}
