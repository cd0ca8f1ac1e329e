//! Which profiles a source stands for that asks for instances or steps apart: one name each, a source of its own.

use super::api::Api;
use super::range::Range;
use super::selector::Selector;
use super::source::{StoreKind, StoreSource};
use super::types::ProfileType;
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
    let shown = match source.step.is_some() || source.kind == StoreKind::Parca {
        true => shown(&api)?,
        false => None,
    };
    let mut names = Vec::new();
    for selector in selectors(&api, shown.as_ref())? {
        for range in steps(&api, &selector, shown.as_ref())? {
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

fn selectors(api: &Api<'_>, shown: Option<&ProfileType>) -> anyhow::Result<Vec<Selector>> {
    let selector = api.selector();
    let Some(label) = &api.source.each else {
        return Ok(vec![selector.clone()]);
    };
    let mut values = api.values(label)?;
    if values.is_empty() {
        let labels = api.labels()?.join(", ");
        return Err(api.error(format!(
            "found no values of label {label:?}, expected one of the labels {labels}"
        )));
    }
    if let Some(shown) = shown.filter(|_| api.source.kind == StoreKind::Parca) {
        keep_those_of_profiles(api, (label, shown), &mut values)?;
    }
    let selectors = values.iter().map(|value| selector.with(label, value));
    Ok(selectors.collect())
}

/// Of the values of a label only those that series of the type have: Parca tells those of all series, whatever is selected
/// (version 0.21, pkg/parcacol/querier.go: Values).
fn keep_those_of_profiles(
    api: &Api<'_>,
    (label, shown): (&str, &ProfileType),
    values: &mut Vec<String>,
) -> anyhow::Result<()> {
    let known = api.profiles(shown)?.labels;
    let has_label = known.iter().any(|(name, _)| name == label);
    let is_known = |value: &String| known.contains(&(label.to_owned(), value.clone()));
    values.retain(|value| !has_label || is_known(value));
    Ok(())
}

/// The type that is shown of a source, if the store has it.
fn shown(api: &Api<'_>) -> anyhow::Result<Option<ProfileType>> {
    let chosen = api.chosen(&api.types()?)?;
    let mut types = chosen.types.iter();
    let shown = types.find(|type_| type_.sample_type == chosen.default);
    Ok(shown.or(chosen.types.first()).cloned())
}

/// The steps in which there are profiles of what is selected.
fn steps(
    api: &Api<'_>,
    selector: &Selector,
    shown: Option<&ProfileType>,
) -> anyhow::Result<Vec<Range>> {
    let source = api.source;
    let Some(step) = source.step else {
        return Ok(vec![source.range]);
    };
    let Some(steps) = source.range.parts(step / 1000 * 1000, MOST_STEPS) else {
        return Err(api.error("found too many steps, expected a longer step or a shorter range"));
    };
    let Some(shown) = shown else {
        return Ok(steps);
    };
    let mut part = source.clone();
    part.selector = selector.clone();
    let times = api.of(&part).profiles(shown)?.times;
    let has_profiles = |step: &Range| {
        times
            .iter()
            .any(|time| step.from <= *time && *time <= step.until)
    };
    Ok(steps.into_iter().filter(has_profiles).collect())
}
