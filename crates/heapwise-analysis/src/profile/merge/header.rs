//! The header of a sum.

use heapwise_decode::{ProfileMaker, Tables};

use super::types::{CommonTypes, period_in};

/// What profiles together say of themselves (profile/merge.go: combineHeaders).
pub(super) fn set_header(maker: &mut ProfileMaker, parts: &[&Tables], types: &CommonTypes) {
    let all = || parts.iter().copied();
    let (mut time, mut duration, mut period) = (0, 0_i64, 0);
    for tables in all() {
        let own = tables.time_nanos().unwrap_or(0);
        if time == 0 || own < time {
            time = own;
        }
        duration = duration.saturating_add(tables.duration_nanos().unwrap_or(0));
        period = period.max(period_in(tables, &types.period.1));
    }
    maker.set_times(time, duration);
    let mut seen: Vec<String> = Vec::new();
    for comment in all().flat_map(|tables| tables.comments()) {
        if !seen.iter().any(|known| *known == comment) {
            maker.add_comment(comment.as_bytes());
            seen.push(comment.into_owned());
        }
    }
    if let Some(first) = all().next() {
        let (type_, unit) = &types.period;
        maker.set_period(type_, unit, period);
        maker.set_frame_patterns(
            first.drop_frames().as_bytes(),
            first.keep_frames().as_bytes(),
        );
    }
    let all_types_kept = all().all(|tables| tables.sample_types().len() == types.types.len());
    let defaults: Vec<String> = all()
        .map(|tables| tables.default_sample_type().into_owned())
        .collect();
    if let Some(default) = default_type(&defaults, types, all_types_kept) {
        maker.set_default_sample_type(default.as_bytes());
    }
    if let Some(url) = all()
        .map(|tables| tables.doc_url())
        .find(|url| !url.is_empty())
    {
        maker.set_doc_url(url.as_bytes());
    }
}

/// The first default; where types were left out and it is among them, the first type
/// (profile/merge.go: compatibilizeSampleTypes).
fn default_type(defaults: &[String], types: &CommonTypes, all_kept: bool) -> Option<String> {
    let is_kept = |name: &String| {
        types
            .types
            .iter()
            .any(|(type_, _)| type_ == name.as_bytes())
    };
    let named = defaults.iter().find(|name| !name.is_empty());
    match named {
        Some(name) if all_kept || is_kept(name) => Some(name.clone()),
        None if all_kept => None,
        _ => types
            .types
            .first()
            .map(|(type_, _)| String::from_utf8_lossy(type_).into_owned()),
    }
}
