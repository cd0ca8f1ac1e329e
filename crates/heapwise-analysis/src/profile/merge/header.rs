//! The header of a sum.

use heapwise_decode::ProfileMaker;
use std::collections::BTreeSet;

use super::heading::Heading;
use super::types::{CommonTypes, period_in};

/// What profiles together say of themselves (profile/merge.go: combineHeaders).
pub(super) fn set_header(maker: &mut ProfileMaker, parts: &[Heading], types: &CommonTypes) {
    let (mut time, mut duration, mut period) = (0, 0_i64, 0);
    for part in parts {
        if time == 0 || part.time < time {
            time = part.time;
        }
        duration = duration.saturating_add(part.duration);
        period = period.max(period_in(part, &types.period.1));
    }
    maker.set_times(time, duration);
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for comment in parts.iter().flat_map(|part| &*part.comments) {
        if seen.insert(comment) {
            maker.add_comment(comment.as_bytes());
        }
    }
    if let Some(first) = parts.first() {
        let (type_, unit) = &types.period;
        maker.set_period(type_, unit, period);
        first.set_frame_patterns(maker);
    }
    let mut all = parts.iter();
    let all_types_kept = all.all(|part| part.common().types.len() == types.types.len());
    if let Some(default) = default_type(parts, types, all_types_kept) {
        maker.set_default_sample_type(default.as_bytes());
    }
    let mut urls = parts.iter().map(|part| &part.common().doc_url);
    if let Some(url) = urls.find(|url| !url.is_empty()) {
        maker.set_doc_url(url.as_bytes());
    }
}

/// The first default; where types were left out and it is among them, the first type
/// (profile/merge.go: compatibilizeSampleTypes).
fn default_type(parts: &[Heading], types: &CommonTypes, all_kept: bool) -> Option<String> {
    let is_kept = |name: &String| {
        types
            .types
            .iter()
            .any(|(type_, _)| type_ == name.as_bytes())
    };
    let mut defaults = parts.iter().map(|part| &part.common().default);
    let named = defaults.find(|name| !name.is_empty());
    match named {
        Some(name) if all_kept || is_kept(name) => Some(name.clone()),
        None if all_kept => None,
        _ => types
            .types
            .first()
            .map(|(type_, _)| String::from_utf8_lossy(type_).into_owned()),
    }
}
