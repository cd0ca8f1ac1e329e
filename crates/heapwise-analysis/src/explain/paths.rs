//! Which files of a log are those of a profile: both name them by where they were built.

use crate::site::origin::is_standard;

/// A file as a profile or a log names it, without what differs between machines and kinds of build: where Go is
/// installed, where modules are kept and in which version, `vendor`, `-trimpath`, the form of Windows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FilePath {
    /// Folders and the file.
    parts: Vec<String>,
}

impl FilePath {
    pub(super) fn of(path: &str) -> FilePath {
        let path = path.replace('\\', "/");
        let path = after_last(&path, "/pkg/mod/")
            .or_else(|| after_last(&path, "/vendor/"))
            .or_else(|| after_last(&path, "/src/").filter(|rest| is_standard(first(rest))))
            .unwrap_or(&path);
        let parts = path.split('/');
        let parts = parts.filter(|part| !part.is_empty() && !matches!(*part, "." | ".."));
        let parts = parts.map(|part| part.split_once("@v").map_or(part, |(name, _)| name));
        FilePath {
            parts: parts.map(str::to_owned).collect(),
        }
    }

    /// As one text.
    pub(super) fn text(&self) -> String {
        self.parts.join("/")
    }

    /// The file without its folders.
    pub(super) fn base(&self) -> &str {
        self.parts.last().map_or("", String::as_str)
    }

    /// The folder, as it is told.
    pub(super) fn folder(&self) -> &[String] {
        self.parts
            .split_last()
            .map_or(&[][..], |(_, folders)| folders)
    }

    /// Whether its folder is the import path of another package than one that a log names, as far as a domain in front tells: with
    /// `-trimpath`, and of modules.
    pub(super) fn is_of_another(&self, package: &str) -> bool {
        let has_domain = |first: Option<&str>| first.is_some_and(|first| first.contains('.'));
        let is_told = has_domain(self.folder().first().map(String::as_str))
            && has_domain(package.split('/').next());
        is_told && self.folder().join("/") != package.strip_suffix(".test").unwrap_or(package)
    }

    /// How many parts at the end are the same, and whether those are all of one of both.
    pub(super) fn common(&self, other: &FilePath) -> (usize, bool) {
        let pairs = self.parts.iter().rev().zip(other.parts.iter().rev());
        let count = pairs.take_while(|(mine, theirs)| mine == theirs).count();
        let shorter = self.parts.len().min(other.parts.len());
        (count, count == shorter)
    }
}

fn after_last<'a>(path: &'a str, mark: &str) -> Option<&'a str> {
    path.rfind(mark).and_then(|at| path.get(at + mark.len()..))
}

fn first(path: &str) -> &str {
    path.split('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::FilePath;

    #[test]
    fn the_same_file_of_several_builds_has_one_name() {
        for (one, other) in [
            ("/usr/local/go/src/net/url/url.go", "net/url/url.go"),
            (
                "/opt/lib/go/src/net/url/url.go",
                "../../usr/local/go/src/net/url/url.go",
            ),
            (
                "/root/go/pkg/mod/github.com/a/b@v1.2.3/c.go",
                "github.com/a/b@v1.2.4/c.go",
            ),
            (
                "/work/app/vendor/github.com/a/b/c.go",
                "/home/x/go/pkg/mod/github.com/a/b@v0.0.1/c.go",
            ),
            (r"C:\Go\src\net\url\url.go", "net/url/url.go"),
        ] {
            assert_eq!(FilePath::of(one), FilePath::of(other), "{one}");
        }
    }

    #[test]
    fn a_file_of_a_module_is_of_one_package() {
        for (file, package, is_another) in [
            ("example.com/app/main.go", "example.com/beta", true),
            (
                "example.com/app/cmd/x/main.go",
                "example.com/app/cmd/x",
                false,
            ),
            ("github.com/a/b@v1.2.3/main.go", "github.com/a/b", false),
            (
                "/root/go/pkg/mod/github.com/a/b@v1.2.3/main.go",
                "github.com/a/b",
                false,
            ),
            (
                "/root/go/pkg/mod/github.com/a/b@v1.2.3/main.go",
                "github.com/a/c",
                true,
            ),
            // Where something was built is no import path, nor are these packages'.
            ("/src/example.com/main.go", "example.com/beta", false),
            ("./main.go", "example.com/beta", false),
            ("example.com/app/main.go", "command-line-arguments", false),
            ("example.com/app/main.go", "main", false),
            ("app/main.go", "example.com/app", false),
        ] {
            assert_eq!(
                FilePath::of(file).is_of_another(package),
                is_another,
                "{file} {package}"
            );
        }
    }

    #[test]
    fn tells_what_two_names_have_in_common() {
        let common = |one, other| FilePath::of(one).common(&FilePath::of(other));
        assert_eq!(common("example.com/app/main.go", "./main.go"), (1, true));
        assert_eq!(
            common("/src/app/cmd/a/main.go", "cmd/b/main.go"),
            (1, false)
        );
        assert_eq!(common("a/b.go", "c.go"), (0, false));
    }
}
