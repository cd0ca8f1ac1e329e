//! Paths of sources as the options `trim_path` and `source_path` shorten them.

use heapwise_decode::base_name;

use crate::site::identity::clean_path;

/// Always cut off, whatever the options say.
const BUILD_ROOTS: [&str; 2] = ["/proc/self/cwd/./", "/proc/self/cwd/"];

/// What to cut off the paths of sources (report/source.go: trimPath).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PathTrim {
    /// Found anywhere; everything up to its end goes.
    guesses: Vec<Vec<u8>>,
    /// Found at the start.
    prefixes: Vec<Vec<u8>>,
}

impl PathTrim {
    /// Of the options of these names, which are lists separated by colons. Without prefixes to cut
    /// off, the names of the directories to search tell where a path's own part begins.
    pub(crate) fn new(trim_path: &str, source_path: &str) -> PathTrim {
        let guesses = if trim_path.is_empty() {
            list(source_path)
                .map(|directory| [b"/", base_name(directory.as_bytes()), b"/"].concat())
                .collect()
        } else {
            Vec::new()
        };
        let prefixes = list(trim_path).chain(BUILD_ROOTS).map(|prefix| {
            let slash = if prefix.ends_with('/') { "" } else { "/" };
            format!("{prefix}{slash}").into_bytes()
        });
        PathTrim {
            guesses,
            prefixes: prefixes.collect(),
        }
    }

    /// What is left of a path.
    pub(crate) fn apply<'a>(&self, path: &'a [u8]) -> &'a [u8] {
        for guess in &self.guesses {
            let mut windows = path.windows(guess.len());
            if let Some(at) = windows.position(|window| window == guess) {
                return path.get(at + guess.len()..).unwrap_or_default();
            }
        }
        let mut prefixes = self.prefixes.iter();
        prefixes
            .find_map(|prefix| path.strip_prefix(prefix.as_slice()))
            .unwrap_or(path)
    }
}

/// A source path of a profile without the part that is not the same everywhere
/// (report/source.go: trimPath).
///
/// `trim` holds prefixes to cut off. Where it is empty, the last element of each directory of
/// `search` is looked for in the path, and what is before and including it is cut off. Both are
/// lists separated by colons.
pub fn trim_path<'a>(path: &'a [u8], trim: &str, search: &str) -> &'a [u8] {
    PathTrim::new(trim, search).apply(path)
}

/// Where a source file may be, in the order in which to look (report/source.go: openSourceFile).
///
/// An absolute path, once trimmed, is the only place; a relative one is looked for in each
/// directory of `search` and in those above it.
pub fn source_candidates(path: &[u8], trim: &str, search: &str) -> Vec<Vec<u8>> {
    let trimming = PathTrim::new(trim, search);
    let path = trimming.apply(path);
    if path.starts_with(b"/") {
        return vec![path.to_vec()];
    }
    let mut candidates = Vec::new();
    for directory in list(search) {
        let mut directory = directory.as_bytes().to_vec();
        loop {
            let joined = match directory.as_slice() {
                b"" => path.to_vec(),
                directory => [directory, b"/", path].concat(),
            };
            candidates.push(clean_path(&joined));
            let parent = parent(&directory);
            if parent == directory {
                break;
            }
            directory = parent;
        }
    }
    candidates
}

/// Everything but the last element (Go's filepath.Dir).
fn parent(path: &[u8]) -> Vec<u8> {
    let end = path.iter().rposition(|&byte| byte == b'/');
    clean_path(path.get(..end.map_or(0, |at| at + 1)).unwrap_or_default())
}

/// The elements of a list of paths; an empty list has none (Go's filepath.SplitList).
fn list(paths: &str) -> impl Iterator<Item = &str> {
    let count = if paths.is_empty() { 0 } else { usize::MAX };
    paths.split(':').take(count)
}

#[cfg(test)]
mod tests {
    use super::{PathTrim, source_candidates, trim_path};

    #[test]
    fn cuts_prefixes_and_guesses_them() {
        for (trim, search, path, left) in [
            ("", "", "/a/b.go", "/a/b.go"),
            ("", "", "/proc/self/cwd/./a/b.go", "a/b.go"),
            ("/a", "", "/a/b.go", "b.go"),
            ("/x:/a/", "", "/a/b.go", "b.go"),
            ("/a", "", "/ab/b.go", "/ab/b.go"),
            ("", "/my/app", "/ci/app/app/b.go", "app/b.go"),
            ("/x", "/my/app", "/ci/app/b.go", "/ci/app/b.go"),
            ("/a", "", "/proc/self/cwd/b.go", "b.go"),
        ] {
            let trim = PathTrim::new(trim, search);
            assert_eq!(trim.apply(path.as_bytes()), left.as_bytes(), "{path}");
        }
    }

    #[test]
    fn an_empty_prefix_is_the_root() {
        assert_eq!(trim_path(b"/x.go", ":", ""), b"x.go");
    }

    #[test]
    fn looks_in_directories_and_above() {
        let found = source_candidates(b"b/../c.go", "", "/x/y:.");
        let found: Vec<_> = found.iter().map(|p| String::from_utf8_lossy(p)).collect();
        assert_eq!(found, ["/x/y/c.go", "/x/c.go", "/c.go", "c.go"]);
        assert_eq!(source_candidates(b"/a/c.go", "", "/x"), [b"/a/c.go"]);
    }
}
