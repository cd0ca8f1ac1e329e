//! What a benchmark is called, and the pattern that runs it alone.

/// A benchmark as a run printed it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Leaf {
    /// With `-8` for 8 processors.
    pub(super) printed: String,
}

/// The number of processors behind the names of a run, where it is certain or likely: all names end in it.
pub(super) fn processors<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let mut ends = names.clone().map(|name| {
        let (_, end) = name.rsplit_once('-')?;
        let is_number = !end.is_empty() && end.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then_some(end)
    });
    let first = ends.next()??;
    ends.all(|end| end == Some(first)).then_some(first)
}

impl Leaf {
    /// The pattern for `-test.bench`: each part of the name as it is. Whether the last ends in a number of processors
    /// or that is part of its name need not be known.
    pub(super) fn pattern(&self, processors: Option<&str>) -> String {
        let end = processors.map(|end| format!("-{end}"));
        let stem = end
            .as_deref()
            .and_then(|end| self.printed.strip_suffix(end));
        let is_sub = self.printed.contains('/');
        let parts: Vec<String> = stem
            .unwrap_or(&self.printed)
            .split('/')
            .map(quoted)
            .collect();
        let maybe = match (stem, end, is_sub) {
            (Some(_), Some(end), true) => format!("({end})?"),
            _ => String::new(),
        };
        format!("^{}{maybe}$", parts.join("$/^"))
    }
}

/// A text as a pattern that matches it and nothing else.
fn quoted(text: &str) -> String {
    let mut quoted = String::new();
    for c in text.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::{Leaf, processors};

    fn pattern(name: &str, processors: Option<&str>) -> String {
        let printed = name.to_owned();
        Leaf { printed }.pattern(processors)
    }

    #[test]
    fn finds_what_all_names_end_in() {
        let of = |names: &[&'static str]| processors(names.iter().copied());
        assert_eq!(of(&["BenchmarkA-2", "BenchmarkB/x-2"]), Some("2"));
        assert_eq!(of(&["BenchmarkA", "BenchmarkB/x-2"]), None);
        assert_eq!(of(&["BenchmarkB/x-2", "BenchmarkB/x-4"]), None);
        assert_eq!(of(&["BenchmarkA-"]), None);
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn a_pattern_matches_one_name_whatever_is_in_it() {
        assert_eq!(pattern("BenchmarkA-2", Some("2")), "^BenchmarkA$");
        assert_eq!(pattern("BenchmarkA", None), "^BenchmarkA$");
        assert_eq!(
            pattern("BenchmarkA/x/y-2", Some("2")),
            "^BenchmarkA$/^x$/^y(-2)?$"
        );
        assert_eq!(
            pattern("BenchmarkA/n=1.5|(a)_[b]-16", Some("16")),
            r"^BenchmarkA$/^n=1\.5\|\(a\)_\[b\](-16)?$"
        );
        assert_eq!(
            pattern("BenchmarkA/größe_$", None),
            r"^BenchmarkA$/^größe_\$$"
        );
    }
}
