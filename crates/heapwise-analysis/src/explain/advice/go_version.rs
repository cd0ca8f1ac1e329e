//! Which Go a module has to build with, as its `go.mod` says: what came later it cannot use.

use super::line::Line;

/// The first Go that has slices.SortFunc, strings.SplitSeq, fmt.Append and strings.Cut: 1.21, 1.24, 1.19 and 1.18.
pub(super) const SORT_FUNC: u32 = 21;
pub(super) const SPLIT_SEQ: u32 = 24;
pub(super) const APPEND: u32 = 19;
pub(super) const CUT: u32 = 18;

/// A longer one is not read to its end.
const MOST_LINES: i64 = 1_000;

impl Line<'_> {
    /// Whether the module of the line has to build with a Go before 1.`minor`. Not where that is not told.
    pub(super) fn builds_before(&self, minor: u32) -> bool {
        self.minor_version().is_some_and(|has| has < minor)
    }

    /// What the nearest `go.mod` says, from the folder of the line upwards.
    fn minor_version(&self) -> Option<u32> {
        let file = self.at.file.as_deref()?.replace('\\', "/");
        let mut folder = file.as_str();
        while !folder.is_empty() {
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
            let path = match folder {
                "" => "go.mod".to_owned(),
                _ => format!("{folder}/go.mod"),
            };
            let mut lines = (1..=MOST_LINES).map_while(|line| (self.source)(&path, line));
            if let Some(first) = lines.next() {
                let mut lines = std::iter::once(first).chain(lines);
                return lines.find_map(|text| minor_of(&text));
            }
        }
        None
    }
}

/// The version of a line of a `go.mod`: `go 1.21`, `go 1.24.3`, `go 1.25rc1`.
fn minor_of(text: &str) -> Option<u32> {
    let version = text.trim_start().strip_prefix("go ")?.trim_start();
    let minor = version.strip_prefix("1.")?;
    let end = minor.find(|c: char| !c.is_ascii_digit());
    minor.get(..end.unwrap_or(minor.len()))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::minor_of;

    #[test]
    fn the_version_of_a_module_is_read() {
        for (text, minor) in [
            ("go 1.21", Some(21)),
            ("go 1.24.3", Some(24)),
            ("go 1.25rc1 // as on CI", Some(25)),
            ("\tgo 1.18", Some(18)),
            ("module example.com/go", None),
            ("toolchain go1.27.3", None),
            ("\tgopkg.in/yaml.v3 v3.0.1", None),
            ("go 2", None),
        ] {
            assert_eq!(minor_of(text), minor, "{text}");
        }
    }
}
