//! How profiles are named in a question: a type, and a selector behind it.

use super::super::api::Api;
use super::super::range::Range;
use super::super::types::ProfileType;
use super::messages;

/// The question for profiles of a type.
pub(super) fn query(api: &Api<'_>, type_: &ProfileType) -> String {
    format!("{}{}", type_.id, api.selector())
}

/// How a type is named in a question.
pub(super) fn id(known: &messages::ProfileType) -> String {
    let messages::ProfileType {
        name,
        sample_type,
        sample_unit,
        period_type,
        period_unit,
        delta,
    } = known;
    let end = if *delta { ":delta" } else { "" };
    format!("{name}:{sample_type}:{sample_unit}:{period_type}:{period_unit}{end}")
}

/// The range of a question for when profiles were taken: both of its ends are outside, those of a merge are within
/// (version 0.21, pkg/parcacol/querier.go: QueryRange, QueryMerge).
pub(super) fn around(range: Range) -> Range {
    Range {
        from: range.from.saturating_sub(1),
        until: range.until.saturating_add(1),
    }
}
