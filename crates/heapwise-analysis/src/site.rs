use std::cmp::Ordering;

/// A place that allocates, identified by content: never by an id of one file.
///
/// Which fields are present depends on the granularity; the rest are `None`. Sites order by
/// content, in the order of the fields.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Site {
    /// The function's name.
    pub function: Option<String>,
    /// The Go package, from the function's name.
    pub package: Option<String>,
    /// The source file's path, cleaned.
    pub file: Option<String>,
    /// The line in the file.
    pub line: Option<i64>,
    /// The column in the line.
    pub column: Option<i64>,
    /// The instruction's address.
    pub address: Option<u64>,
    /// The binary, where there is no function to name.
    pub object: Option<String>,
    /// The line at which the function starts, where that tells sites apart without naming them.
    pub start_line: Option<i64>,
}

impl Site {
    /// The text that pprof prints for a site (graph/graph.go: NodeInfo.NameComponents).
    pub fn pprof_name(&self) -> String {
        let mut parts: Vec<String> = Vec::with_capacity(3);
        if let Some(address) = self.address {
            parts.push(format!("{address:016x}"));
        }
        if let Some(function) = &self.function {
            parts.push(function.clone());
        }
        let file = self.file.as_deref().unwrap_or("");
        match (self.line, self.column) {
            (Some(line), Some(column)) => parts.push(format!("{file}:{line}:{column}")),
            (Some(line), None) => parts.push(format!("{file}:{line}")),
            (None, _) if !file.is_empty() => parts.push(file.to_owned()),
            (None, _) if self.function.is_some() => {}
            (None, _) => parts.push(self.unnamed()),
        }
        parts.join(" ")
    }

    fn unnamed(&self) -> String {
        if let Some(package) = &self.package {
            return package.clone();
        }
        match &self.object {
            Some(object) => format!("[{}]", base_name(object)),
            None => "<unknown>".to_owned(),
        }
    }

    /// Orders by printed name, with addresses first when both have one, then by everything
    /// (graph/graph.go: comparePrintableName, compareNodes).
    pub fn compare(&self, other: &Site) -> Ordering {
        if self == other {
            return Ordering::Equal;
        }
        if let (Some(mine), Some(theirs)) = (self.address, other.address)
            && mine != theirs
        {
            return mine.cmp(&theirs);
        }
        self.pprof_name()
            .as_bytes()
            .cmp(other.pprof_name().as_bytes())
            .then_with(|| self.cmp(other))
    }
}

/// The last element of a path (Go's filepath.Base).
pub(crate) fn base_name(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    match trimmed.rsplit('/').next() {
        Some("") | None if path.is_empty() => ".",
        Some("") | None => "/",
        Some(base) => base,
    }
}

/// The shortest equal path: no doubled slashes, no `.`, no `x/..` (Go's filepath.Clean).
pub(crate) fn clean_path(path: &str) -> String {
    let is_rooted = path.starts_with('/');
    let mut kept: Vec<&str> = Vec::new();
    for element in path.split('/') {
        match element {
            "" | "." => {}
            ".." => match kept.last() {
                Some(&last) if last != ".." => {
                    kept.pop();
                }
                _ if is_rooted => {}
                _ => kept.push(".."),
            },
            other => kept.push(other),
        }
    }
    let joined = kept.join("/");
    match (is_rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// The package of a Go function's name: up to the first dot after the last slash that is not in
/// type arguments. The linker writes dots in a path's last element as `%2e`
/// (cmd/internal/objabi: PathToPrefix).
pub(crate) fn package_of(function: &str) -> Option<String> {
    let plain = function.split(['[', '(']).next().unwrap_or(function);
    let last_element = plain.rfind('/').map_or(0, |slash| slash + 1);
    let dot = plain.get(last_element..)?.find('.')?;
    let package = plain.get(..last_element + dot)?;
    (!package.is_empty()).then(|| package.replace("%2e", "."))
}

#[cfg(test)]
mod tests {
    use super::{Site, base_name, clean_path, package_of};

    #[test]
    fn cleans_paths_as_go_does() {
        for (path, clean) in [
            ("", "."),
            ("a//b", "a/b"),
            ("/a/../b/./c", "/b/c"),
            ("/..", "/"),
            ("../../a", "../../a"),
            ("a/../..", ".."),
            ("a/", "a"),
        ] {
            assert_eq!(clean_path(path), clean, "{path}");
        }
    }

    #[test]
    fn finds_the_last_element() {
        for (path, base) in [
            ("/a/b", "b"),
            ("b", "b"),
            ("/a/", "a"),
            ("/", "/"),
            ("", "."),
        ] {
            assert_eq!(base_name(path), base, "{path}");
        }
    }

    #[test]
    fn tells_the_package_of_a_function() {
        for (function, package) in [
            ("main.main", Some("main")),
            ("net/http.(*conn).serve", Some("net/http")),
            ("gopkg.in/yaml%2ev3.unmarshal", Some("gopkg.in/yaml.v3")),
            ("slices.Sort[go.shape.[]x/y.T]", Some("slices")),
            ("malloc", None),
        ] {
            assert_eq!(package_of(function).as_deref(), package, "{function}");
        }
    }

    #[test]
    fn names_a_site_by_what_is_known() {
        let unknown = Site::default();
        assert_eq!(unknown.pprof_name(), "<unknown>");
        let object = Site {
            object: Some("/bin/app".to_owned()),
            address: Some(0x10),
            ..Site::default()
        };
        assert_eq!(object.pprof_name(), "0000000000000010 [app]");
        let line = Site {
            function: Some("main.f".to_owned()),
            file: Some("/a.go".to_owned()),
            line: Some(7),
            ..Site::default()
        };
        assert_eq!(line.pprof_name(), "main.f /a.go:7");
    }
}
