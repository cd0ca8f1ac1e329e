//! Whose code a site is: the runtime's, the standard library's, a module's or the program's own.

use crate::site::identity::Site;

/// Whose code a site is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The program's own.
    Own,
    /// A module it depends on.
    Module,
    /// Go's standard library.
    StandardLibrary,
    /// Go's runtime.
    Runtime,
    /// Not told by package or file.
    Unknown,
}

/// First elements of the import paths of the standard library (`go list std`).
const STANDARD: [&str; 47] = [
    "archive",
    "bufio",
    "builtin",
    "bytes",
    "cmd",
    "cmp",
    "compress",
    "container",
    "context",
    "crypto",
    "database",
    "debug",
    "embed",
    "encoding",
    "errors",
    "expvar",
    "flag",
    "fmt",
    "go",
    "hash",
    "html",
    "image",
    "index",
    "internal",
    "io",
    "iter",
    "log",
    "maps",
    "math",
    "mime",
    "net",
    "os",
    "path",
    "plugin",
    "reflect",
    "regexp",
    "slices",
    "sort",
    "strconv",
    "strings",
    "structs",
    "sync",
    "syscall",
    "testing",
    "text",
    "time",
    "unicode",
];

/// Whether import paths of the standard library begin with this element.
pub(crate) fn is_standard(first: &str) -> bool {
    STANDARD.contains(&first) || ["runtime", "unique", "unsafe", "weak"].contains(&first)
}

impl Origin {
    /// Tells whose code a site is, from its package and, for modules, its file.
    pub fn of(site: &Site) -> Origin {
        let file = site.file.as_deref().unwrap_or("");
        if file.contains("/pkg/mod/") || file.contains("/vendor/") || file.contains("@v") {
            return Origin::Module;
        }
        let Some(package) = site.package.as_deref() else {
            return Origin::Unknown;
        };
        let first = package.split('/').next().unwrap_or(package);
        if first == "runtime" || package.starts_with("internal/runtime") {
            Origin::Runtime
        } else if first == "vendor" || is_standard(first) {
            Origin::StandardLibrary
        } else {
            Origin::Own
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Origin;
    use crate::site::identity::Site;

    #[test]
    fn tells_whose_code_a_site_is() {
        for (package, file, origin) in [
            (Some("main"), None, Origin::Own),
            (Some("example.com/app/store"), None, Origin::Own),
            (Some("net/http"), None, Origin::StandardLibrary),
            (Some("internal/runtime/maps"), None, Origin::Runtime),
            (Some("runtime/pprof"), None, Origin::Runtime),
            (
                Some("github.com/a/b"),
                Some("/go/pkg/mod/github.com/a/b@v1.0.0/b.go"),
                Origin::Module,
            ),
            (None, None, Origin::Unknown),
        ] {
            let site = Site {
                package: package.map(str::to_owned),
                file: file.map(str::to_owned),
                ..Site::default()
            };
            assert_eq!(Origin::of(&site), origin, "{package:?}");
        }
    }
}
