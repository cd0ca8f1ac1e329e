//! Which profiles a source stands for that asks for instances or steps apart: one name each, a source of its own.

use super::api::Api;
use super::range::Range;
use super::selector::Selector;
use super::source::StoreSource;
use super::types::choose;
use crate::fetch::Fetcher;

/// More are no question but a mistake.
const MOST: usize = 500;

/// Steps that are looked at, most of which may have no profiles.
const MOST_STEPS: usize = 100_000;

/// The names of the parts of a source that has some.
pub(crate) fn spread(source: &StoreSource, fetcher: &Fetcher) -> anyhow::Result<Vec<String>> {
    fetcher.count_store()?;
    let ignore = |_| {};
    let api = Api::new(source, fetcher, &ignore);
    let mut names = Vec::new();
    for selector in selectors(&api)? {
        for range in steps(source, &selector, fetcher)? {
            names.push(source.name_of(&selector, range));
        }
        if names.len() > MOST {
            return Err(api.error(format!(
                "found more than {MOST} parts, expected fewer: a longer step or a narrower query"
            )));
        }
    }
    if names.is_empty() {
        return Err(api.error(format!(
            "found no samples of {} {}",
            source.selector,
            super::fetch::said(source.range)
        )));
    }
    Ok(names)
}

fn selectors(api: &Api<'_>) -> anyhow::Result<Vec<Selector>> {
    let selector = api.selector();
    let Some(label) = &api.source.each else {
        return Ok(vec![selector.clone()]);
    };
    let values = api.values(label)?;
    if values.is_empty() {
        let labels = api.labels()?.join(", ");
        return Err(api.error(format!(
            "found no values of label {label:?}, expected one of the labels {labels}"
        )));
    }
    Ok(values
        .iter()
        .map(|value| selector.with(label, value))
        .collect())
}

/// The steps in which there are profiles.
fn steps(
    source: &StoreSource,
    selector: &Selector,
    fetcher: &Fetcher,
) -> anyhow::Result<Vec<Range>> {
    let mut part = source.clone();
    part.selector = selector.clone();
    let ignore = |_| {};
    let api = Api::new(&part, fetcher, &ignore);
    let Some(step) = source.step else {
        return Ok(vec![source.range]);
    };
    let Some(steps) = source.range.parts(step / 1000 * 1000, MOST_STEPS) else {
        return Err(api.error("found too many steps, expected a longer step or a shorter range"));
    };
    let chosen = choose(source.type_.as_deref(), source.endpoint, &api.types()?)
        .map_err(|found| api.error(format!("found {found}")))?;
    let shown = chosen
        .types
        .iter()
        .find(|type_| type_.sample_type == chosen.default);
    let Some(shown) = shown.or(chosen.types.first()) else {
        return Ok(steps);
    };
    let times = api.profiles(shown)?.times;
    let has_profiles = |step: &Range| {
        times
            .iter()
            .any(|time| step.from <= *time && *time <= step.until)
    };
    Ok(steps.into_iter().filter(has_profiles).collect())
}
