//! Asks an API a question: what comes back is told with its status, for the caller knows what refusals mean there.

use ureq::http::{HeaderMap, Request};

use super::answer;
use super::error::{FetchError, FetchErrorKind};
use super::secret::redacted;
use super::target::Target;
use super::{Fetcher, agent, who};

/// What is asked of a page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Question {
    /// What is sent, and its type; without it the page is only fetched.
    pub(crate) body: Option<(&'static str, Vec<u8>)>,
    /// Headers beside those of who asks.
    pub(crate) headers: Vec<(&'static str, String)>,
}

/// What an API answers.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// The words for the status, where it has some.
    pub(crate) reason: &'static str,
    headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Reply {
    /// A line of the header; `retry-after` tells how long to wait before asking again.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let value = self.headers.get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    }
}

impl Fetcher {
    /// Asks a question. Answers in HTML are refused: a proxy speaks, not the API. Its refusals stay those.
    pub(crate) fn ask(
        &self,
        target: &Target,
        question: &Question,
        came: &dyn Fn(usize),
    ) -> anyhow::Result<Reply> {
        let patience = self.patience(target);
        let agent = agent::agent(&self.args, target, patience)?;
        let mut request = Request::builder().uri(target.url());
        for (name, value) in who::headers(&self.args, target)? {
            request = request.header(name, value);
        }
        for (name, value) in &question.headers {
            request = request.header(*name, value);
        }
        let answer = match &question.body {
            Some((kind, bytes)) => {
                let request = request.method("POST").header("Content-Type", *kind);
                let request = request.body(bytes.clone()).map_err(ureq::Error::from);
                request.and_then(|request| agent.run(request))
            }
            None => {
                let request = request.method("GET").body(()).map_err(ureq::Error::from);
                request.and_then(|request| agent.run(request))
            }
        };
        let mut answer = answer.map_err(|error| FetchError::of_client(target, &error, patience))?;
        if let Some(location) = answer::location(&answer) {
            let message = format!("redirects to {}, a page to log in?", redacted(&location));
            return Err(FetchError::new(FetchErrorKind::Elsewhere, target, message).into());
        }
        let status = answer.status().as_u16();
        if let Some(error) = FetchError::of_proxy(target, status) {
            return Err(error.into());
        }
        let mut bytes = answer::body(&mut answer, target, self.cap, patience, came)?;
        match status {
            200 => answer::refuse_html(&answer, &bytes, target, "an answer of the store's API")?,
            _ => bytes = answer::words(bytes),
        }
        Ok(Reply {
            status,
            reason: answer.status().canonical_reason().unwrap_or_default(),
            headers: answer.headers().clone(),
            bytes,
        })
    }
}
