//! Decides what a site is by content, and what it is called.

use std::cmp::Ordering;

use heapwise_decode::base_name;

/// A place that allocates, identified by content: never by an id of one file.
///
/// Which fields are present depends on the granularity; the rest are `None`. Sites order by
/// content, in the order of the fields.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
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
    /// A function, wherever its file is.
    pub(crate) fn of_function(function: String) -> Site {
        Site {
            function: Some(function),
            ..Site::default()
        }
    }

    /// The text that pprof prints for a site.
    pub fn pprof_name(&self) -> String {
        let package = self.package.as_deref().filter(|_| self.function.is_none());
        let parts = SiteParts {
            address: self.address.unwrap_or(0),
            function: self
                .function
                .as_deref()
                .or(package)
                .unwrap_or("")
                .as_bytes(),
            file: self.file.as_deref().unwrap_or("").as_bytes(),
            line: self.line.unwrap_or(0),
            column: self.column.unwrap_or(0),
            object: self.object.as_deref().unwrap_or("").as_bytes(),
            start_line: self.start_line.unwrap_or(0),
            is_package: package.is_some(),
        };
        String::from_utf8_lossy(&parts.printed()).into_owned()
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

/// A site in the bytes of its profile (graph/graph.go: NodeInfo); 0 and empty are "not there".
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SiteParts<'a> {
    pub(crate) address: u64,
    /// The function's name, or that of the package where sites are packages.
    pub(crate) function: &'a [u8],
    pub(crate) file: &'a [u8],
    pub(crate) line: i64,
    pub(crate) column: i64,
    pub(crate) object: &'a [u8],
    pub(crate) start_line: i64,
    pub(crate) is_package: bool,
}

/// What is not known at all.
const UNKNOWN: &str = "<unknown>";

impl SiteParts<'_> {
    /// In texts. Bytes that are not UTF-8 are replaced.
    pub(crate) fn site(&self) -> Site {
        let text =
            |bytes: &[u8]| (!bytes.is_empty()).then(|| String::from_utf8_lossy(bytes).into_owned());
        let name = text(self.function);
        Site {
            package: match (&name, self.is_package) {
                (name, true) => Some(name.clone().unwrap_or_else(|| UNKNOWN.to_owned())),
                (name, false) => name.as_deref().and_then(package_of),
            },
            function: name.filter(|_| !self.is_package),
            file: text(self.file),
            line: (self.line != 0).then_some(self.line),
            column: (self.line != 0 && self.column != 0).then_some(self.column),
            address: (self.address != 0).then_some(self.address),
            object: text(self.object),
            start_line: (self.start_line != 0).then_some(self.start_line),
        }
    }

    /// As pprof prints it (graph/graph.go: NodeInfo.PrintableName).
    pub(crate) fn printed(&self) -> Vec<u8> {
        let mut name = Vec::new();
        self.print(&mut name);
        name
    }

    /// What is known, one part after the other (graph/graph.go: NodeInfo.NameComponents).
    pub(crate) fn parts(&self) -> Vec<Vec<u8>> {
        let mut parts = Vec::with_capacity(3);
        let mut rest = *self;
        if self.address != 0 {
            parts.push(format!("{:016x}", self.address).into_bytes());
            rest.address = 0;
        }
        if !self.function.is_empty() {
            parts.push(self.function.to_vec());
            rest.function = b"";
        }
        let has_place = self.line != 0 || !self.file.is_empty();
        if has_place || self.function.is_empty() {
            parts.push(rest.printed());
        }
        parts
    }

    /// Appends [`SiteParts::printed`].
    pub(crate) fn print(&self, out: &mut Vec<u8>) {
        let start = out.len();
        let part = |out: &mut Vec<u8>, bytes: &[u8]| {
            if out.len() > start {
                out.push(b' ');
            }
            out.extend_from_slice(bytes);
        };
        if self.address != 0 {
            part(out, format!("{:016x}", self.address).as_bytes());
        }
        if !self.function.is_empty() {
            part(out, self.function);
        }
        if self.line != 0 {
            part(out, self.file);
            out.extend_from_slice(format!(":{}", self.line).as_bytes());
            if self.column != 0 {
                out.extend_from_slice(format!(":{}", self.column).as_bytes());
            }
        } else if !self.file.is_empty() {
            part(out, self.file);
        } else if self.function.is_empty() {
            part(out, &self.printed_object());
        }
    }

    /// What names a site that has neither a function nor a file.
    fn printed_object(&self) -> Vec<u8> {
        if self.is_package || self.object.is_empty() {
            return UNKNOWN.as_bytes().to_vec();
        }
        [b"[", base_name(self.object), b"]"].concat()
    }
}

/// The shortest equal path: no doubled slashes, no `.`, no `x/..` (Go's filepath.Clean).
pub(crate) fn clean_path(path: &[u8]) -> Vec<u8> {
    let is_rooted = path.starts_with(b"/");
    let mut kept: Vec<&[u8]> = Vec::new();
    for element in path.split(|&byte| byte == b'/') {
        match element {
            b"" | b"." => {}
            b".." => match kept.last() {
                Some(&last) if last != b".." => {
                    kept.pop();
                }
                _ if is_rooted => {}
                _ => kept.push(b".."),
            },
            other => kept.push(other),
        }
    }
    let joined = kept.join(&b'/');
    match (is_rooted, joined.is_empty()) {
        (true, _) => [b"/", joined.as_slice()].concat(),
        (false, true) => b".".to_vec(),
        (false, false) => joined,
    }
}

/// A function's name with its type arguments folded, as dumps print it (runtime/symtab.go:
/// funcNameForPrint): `main.(*Server[go.shape.int]).Loop` is `main.(*Server[...]).Loop`.
pub(crate) fn without_type_arguments(function: &str) -> String {
    match (function.find('['), function.rfind(']')) {
        (Some(open), Some(close)) if open < close => {
            let head = function.get(..open).unwrap_or_default();
            let tail = function.get(close + 1..).unwrap_or_default();
            format!("{head}[...]{tail}")
        }
        _ => function.to_owned(),
    }
}

/// Whether a function's type arguments are folded, as [`without_type_arguments`] folds them.
pub(crate) fn has_folded_arguments(function: &str) -> bool {
    function.contains("[...]")
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
    use super::{Site, clean_path, package_of, without_type_arguments};

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
            assert_eq!(clean_path(path.as_bytes()), clean.as_bytes(), "{path}");
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
    fn folds_type_arguments() {
        for (function, folded) in [
            ("main.f", "main.f"),
            ("main.(*S[go.shape.map[string]int]).F", "main.(*S[...]).F"),
            ("iter.Pull[...].func1", "iter.Pull[...].func1"),
            ("odd]name[", "odd]name["),
        ] {
            assert_eq!(without_type_arguments(function), folded);
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
