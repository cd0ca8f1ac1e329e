//! Which way Parca is asked: by gRPC-Web, as its own pages do, or by its gateway to REST, where that is served.
//!
//! Parca mounts both below `/api`, and its gateway does not know that prefix (version 0.21, pkg/server/server.go: what is
//! asked there is not found); behind a proxy that takes the prefix off, or where only the gateway is let through, it is there.

mod gateway;
mod messages;
mod query;
mod web;

use super::api::{Api, Profiles};
use super::error::Refusal;
use super::range::Range;
use super::types::ProfileType;

pub(super) fn types(api: &Api<'_>) -> Result<Vec<String>, Refusal> {
    either(api, || web::types(api), || gateway::types(api))
}

pub(super) fn labels(api: &Api<'_>, range: Range) -> Result<Vec<String>, Refusal> {
    either(
        api,
        || web::labels(api, range),
        || gateway::labels(api, range),
    )
}

pub(super) fn values(api: &Api<'_>, label: &str, range: Range) -> Result<Vec<String>, Refusal> {
    either(
        api,
        || web::values(api, label, range),
        || gateway::values(api, label, range),
    )
}

pub(super) fn profiles(
    api: &Api<'_>,
    type_: &ProfileType,
    range: Range,
) -> Result<Profiles, Refusal> {
    either(
        api,
        || web::profiles(api, type_, range),
        || gateway::profiles(api, type_, range),
    )
}

pub(super) fn merged(api: &Api<'_>, type_: &ProfileType, range: Range) -> Result<Vec<u8>, Refusal> {
    either(
        api,
        || web::merged(api, type_, range),
        || gateway::merged(api, type_, range),
    )
}

/// What the first way answers, or the second where nothing serves the first.
fn either<T>(
    api: &Api<'_>,
    first: impl Fn() -> Result<T, Refusal>,
    second: impl Fn() -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    let mut refused = None;
    if !api.is_second_way.get() {
        match first() {
            Err(refusal) if refusal.is_of_another_page() => refused = Some(refusal),
            answer => return answer,
        }
    }
    let answer = second();
    let is_served = matches!(answer, Ok(_) | Err(Refusal::Nothing));
    api.is_second_way.set(api.is_second_way.get() || is_served);
    match (refused, answer) {
        // That there is no gateway tells less.
        (Some(page @ Refusal::Page(_)), Err(refusal)) if refusal.is_of_another_page() => Err(page),
        (_, answer) => answer,
    }
}
