//! Who asks: what headers say of the user. Nothing of it is ever printed.

use anyhow::{Context, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::target::Target;
use crate::args::FetchArgs;

/// Where a token may be, so that it is in no list of processes.
const TOKEN: &str = "HEAPWISE_BEARER_TOKEN";

/// The headers to send.
pub(super) fn headers(args: &FetchArgs, target: &Target) -> anyhow::Result<Vec<(String, String)>> {
    let mut headers = Vec::new();
    for header in &args.header {
        match header.strip_prefix('@') {
            Some(path) => {
                let text = std::fs::read_to_string(path).with_context(|| path.to_owned())?;
                let lines = text.lines().filter(|line| !line.trim().is_empty());
                for line in lines {
                    headers.push(split(line, path)?);
                }
            }
            None => headers.push(split(header, "--header")?),
        }
    }
    let is_named = |headers: &[(String, String)]| {
        let mut names = headers.iter().map(|(name, _)| name);
        names.any(|name| name.eq_ignore_ascii_case("authorization"))
    };
    if is_named(&headers) {
        return Ok(headers);
    }
    // What is nearest to the page wins: its URL, then what was typed, then the environment.
    if let Some((user, password)) = &target.credentials {
        let value = STANDARD.encode(format!("{user}:{password}"));
        headers.push(("Authorization".to_owned(), format!("Basic {value}")));
    } else if let Some(token) = token(args)? {
        headers.push(("Authorization".to_owned(), format!("Bearer {token}")));
    }
    Ok(headers)
}

fn token(args: &FetchArgs) -> anyhow::Result<Option<String>> {
    let (from, text) = match &args.bearer_file {
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| path.clone())?;
            (path.as_str(), text)
        }
        None => match std::env::var(TOKEN) {
            Ok(text) if !text.is_empty() => (TOKEN, text),
            _ => return Ok(None),
        },
    };
    let token = text.trim();
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        bail!("{from}: found no token, expected one line of letters, digits and signs");
    }
    Ok(Some(token.to_owned()))
}

fn split(header: &str, from: &str) -> anyhow::Result<(String, String)> {
    let pair = header
        .split_once(':')
        .map(|(name, value)| (name.trim(), value.trim()));
    let is_word = |name: &str| {
        let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        !name.is_empty() && name.bytes().all(is_sign)
    };
    match pair {
        Some((name, value)) if is_word(name) && !value.chars().any(char::is_control) => {
            Ok((name.to_owned(), value.to_owned()))
        }
        _ => bail!("{from}: found what is no header, expected 'Name: value'"),
    }
}
