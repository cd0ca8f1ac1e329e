//! Fetches what the user names by a URL.

mod agent;
mod answer;
mod ask;
mod error;
mod keep;
mod progress;
mod proxy;
mod secret;
mod target;
#[cfg(unix)]
mod unix;
mod who;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use anyhow::bail;

use crate::args::FetchArgs;

pub(crate) use ask::{Question, Reply};
pub(crate) use error::{FetchError, FetchErrorKind};
pub(crate) use progress::Progress;
pub(crate) use secret::{decoded, redacted, redacted_word};
pub(crate) use target::{Endpoint, Target};

/// A page as it came.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) bytes: Vec<u8>,
    /// When it was asked for, and when it was there.
    pub(crate) started: SystemTime,
    pub(crate) ended: SystemTime,
}

/// Fetches pages as the options say.
#[derive(Debug, Clone)]
pub(crate) struct Fetcher {
    args: FetchArgs,
    /// The most that an answer may take, as it is sent.
    cap: u64,
    is_quiet: bool,
    /// Whether anything was a URL.
    is_used: Arc<AtomicBool>,
}

/// The most that an answer may take, unless something else is asked for: a server is trusted less
/// than a file.
const CAP: u64 = 1 << 30;

/// As pprof waits (driver/fetch.go: adjustURL).
const PATIENCE: Duration = Duration::from_secs(60);

const REDIRECTS: usize = 10;

impl Fetcher {
    /// A fetcher; `cap` is what is asked for.
    pub(crate) fn new(args: &FetchArgs, cap: Option<u64>, is_quiet: bool) -> Fetcher {
        Fetcher {
            args: args.clone(),
            cap: cap.unwrap_or(CAP),
            is_quiet,
            is_used: Arc::default(),
        }
    }

    /// The page that a name stands for, as the options change it.
    pub(crate) fn target(&self, name: &str, endpoint: Endpoint) -> anyhow::Result<Option<Target>> {
        let mut target = Target::parse(name, endpoint)?;
        if let (Some(target), Some(seconds)) = (&mut target, self.args.seconds) {
            target.set("seconds", &seconds.to_string());
        }
        if target.is_some() {
            self.is_used.store(true, Ordering::Relaxed);
        }
        Ok(target)
    }

    /// Counts a store of profiles as a URL; it has no watching server.
    pub(crate) fn count_store(&self) -> anyhow::Result<()> {
        self.is_used.store(true, Ordering::Relaxed);
        match self.args.seconds {
            Some(_) => {
                bail!("--seconds: found a store of profiles, which has from= and until= in its URL")
            }
            None => Ok(()),
        }
    }

    /// Refuses to keep what is no profile.
    pub(crate) fn expect_no_keeping(&self) -> anyhow::Result<()> {
        match self.args.save {
            Some(_) => bail!(
                "--save: found a list of what there is, expected a command that fetches profiles"
            ),
            None => Ok(()),
        }
    }

    /// Keeps what a store answered, where that is asked for.
    pub(crate) fn keep(&self, target: &Target, page: &Page) -> anyhow::Result<()> {
        if let Some(folder) = &self.args.save {
            let path = keep::keep(folder, target, page)?;
            if !self.is_quiet {
                crate::exit::tell(&format!("heapwise: saved to {path}"))?;
            }
        }
        Ok(())
    }

    /// Refuses options of which nothing came, since nothing was a URL.
    pub(crate) fn expect_use(&self) -> anyhow::Result<()> {
        match self.first_option() {
            Some(option) if !self.is_used.load(Ordering::Relaxed) => {
                bail!("{option}: found no URL, expected one to fetch")
            }
            _ => Ok(()),
        }
    }

    /// The first option that was given and means something to URLs alone.
    fn first_option(&self) -> Option<&'static str> {
        let args = &self.args;
        let given = [
            ("--seconds", args.seconds.is_some()),
            ("--timeout", args.timeout.is_some()),
            ("--tls-ca", args.tls_ca.is_some()),
            ("--tls-cert", args.tls_cert.is_some()),
            ("--header", !args.header.is_empty()),
            ("--bearer-file", args.bearer_file.is_some()),
            ("--follow-redirects", args.follow_redirects),
            ("--save", args.save.is_some()),
        ];
        given
            .into_iter()
            .find(|(_, given)| *given)
            .map(|(name, _)| name)
    }

    /// How long an answer is waited for.
    pub(crate) fn patience(&self, target: &Target) -> Duration {
        if let Some(seconds) = self.args.timeout {
            return Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
        }
        match target.seconds() {
            Some(seconds) => Duration::from_secs(u64::from(seconds))
                .mul_f64(1.5)
                .max(PATIENCE),
            None => PATIENCE,
        }
    }

    /// Fetches a page, shows how far it is, and keeps it where that is asked for.
    pub(crate) fn fetch(&self, target: &Target) -> anyhow::Result<Page> {
        let patience = self.patience(target);
        let progress = self.progress(target);
        let page = self.page(target, patience, &|bytes| progress.add(bytes));
        drop(progress);
        let page = page?;
        self.keep(target, &page)?;
        Ok(page)
    }

    /// Fetches a page; `came` is told of bytes.
    pub(crate) fn page(
        &self,
        target: &Target,
        patience: Duration,
        came: &dyn Fn(usize),
    ) -> anyhow::Result<Page> {
        let started = SystemTime::now();
        let mut at = target.clone();
        let mut is_known_host = true;
        for _ in 0..REDIRECTS {
            let agent = agent::agent(&self.args, &at, patience)?;
            let mut request = agent.get(at.url());
            if is_known_host {
                for (name, value) in who::headers(&self.args, &at)? {
                    request = request.header(name, value);
                }
            }
            let answer = request.call();
            let mut answer =
                answer.map_err(|error| FetchError::of_client(&at, &error, patience))?;
            if let Some(location) = answer::location(&answer) {
                let next = self.next(&at, &location)?;
                is_known_host = is_known_host && next.may_know_what_is_sent_to(target);
                at = next;
                continue;
            }
            let bytes = answer::read(&mut answer, &at, self.cap, patience, came)?;
            return Ok(Page {
                bytes,
                started,
                ended: SystemTime::now(),
            });
        }
        let message = format!("found more than {REDIRECTS} redirects");
        Err(FetchError::new(FetchErrorKind::Refused, target, message).into())
    }

    /// The page that a redirect leads to, where that may be followed.
    fn next(&self, from: &Target, location: &str) -> anyhow::Result<Target> {
        let shown = redacted(location).into_owned();
        let refused = |kind, message: String| Err(FetchError::new(kind, from, message).into());
        let next = from.redirected(location).ok().flatten();
        // Nobody else tells which of this machine's sockets to open.
        let next = next.filter(|next| next.host().is_some() || next.is_of_host_of(from));
        let Some(next) = next else {
            let message = format!("redirects to {shown}, which is no page of http or https");
            return refused(FetchErrorKind::Refused, message);
        };
        let is_safe = next.is_of_host_of(from) && (next.is_private() || !from.is_private());
        if is_safe || self.args.follow_redirects {
            return Ok(next);
        }
        refused(
            FetchErrorKind::Elsewhere,
            format!("redirects to {shown}, another host"),
        )
    }

    pub(crate) fn progress(&self, target: &Target) -> Progress {
        let shown = target.shown();
        let watched = target.seconds().map(u64::from);
        let is_quiet = self.is_quiet;
        Progress::start(move |since, bytes| {
            let left = watched.map(|seconds| seconds.saturating_sub(since.as_secs()));
            match (is_quiet, bytes, left) {
                (true, _, _) => String::new(),
                (_, 0, Some(left)) if left > 0 => format!("{shown}: {left} s left"),
                (_, 0, _) => format!("{shown}: waiting for {} s", since.as_secs()),
                (_, bytes, _) => format!("{shown}: {} kB came", bytes / 1024),
            }
        })
    }
}
