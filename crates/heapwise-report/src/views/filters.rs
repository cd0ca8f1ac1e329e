//! Names the filters that an answer is of.

/// What filters, as `name=value`, left: a sentence without its number; `None` without filters.
pub(crate) fn left_by(filters: &[String]) -> Option<String> {
    (!filters.is_empty()).then(|| format!("left by {}", filters.join(" ")))
}

/// A name, with the filters that left what it is of.
pub(crate) fn named(name: &str, filters: &[String]) -> String {
    match left_by(filters) {
        Some(filters) => format!("{name} ({filters})"),
        None => name.to_owned(),
    }
}
