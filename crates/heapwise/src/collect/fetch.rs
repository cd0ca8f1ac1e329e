//! Fetches a page so that a signal ends the wait for it.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use heapwise_decode::Limits;

use crate::fetch::{FetchError, FetchErrorKind, Fetcher, Page, Target};
use crate::interrupt::Interrupt;

/// How long a wait goes on before it looks for signals.
const LOOK: Duration = Duration::from_millis(20);

/// Why there is no page.
#[derive(Debug)]
pub(crate) enum NoPage {
    /// A signal came.
    Interrupted,
    /// It could not be fetched.
    Failed(anyhow::Error),
}

impl NoPage {
    /// What kept it from being fetched, where that is known.
    pub(crate) fn kind(&self) -> Option<FetchErrorKind> {
        match self {
            NoPage::Interrupted => None,
            NoPage::Failed(error) => NoPage::kind_of(error),
        }
    }

    /// The same of the error alone.
    pub(crate) fn kind_of(error: &anyhow::Error) -> Option<FetchErrorKind> {
        Some(fetch_error(error)?.kind())
    }
}

/// A sentence without the URL, which is that of the bundle.
pub(crate) fn sentence(error: &anyhow::Error) -> String {
    match fetch_error(error) {
        Some(error) => error.message().to_owned(),
        None => format!("{error:#}"),
    }
}

fn fetch_error(error: &anyhow::Error) -> Option<&FetchError> {
    error.chain().find_map(|cause| cause.downcast_ref())
}

/// A server, and how its pages are fetched and read.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) fetcher: &'a Fetcher,
    pub(crate) server: &'a Target,
    pub(crate) limits: &'a Limits,
    pub(crate) interrupt: &'a Interrupt,
}

impl Source<'_> {
    /// Fetches a page. One that is still awaited when a signal comes is given up.
    pub(super) fn page(&self, target: &Target) -> Result<Page, NoPage> {
        let (sender, receiver) = channel();
        let (fetcher, target) = (self.fetcher.clone(), target.clone());
        thread::spawn(move || {
            let patience = fetcher.patience(&target);
            // Nobody listens any more where a signal came.
            let _ = sender.send(fetcher.page(&target, patience, &|_| ()));
        });
        loop {
            match receiver.recv_timeout(LOOK) {
                Ok(page) => return page.map_err(NoPage::Failed),
                Err(RecvTimeoutError::Timeout) if self.interrupt.check().is_ok() => {}
                Err(_) => return Err(NoPage::Interrupted),
            }
        }
    }
}
