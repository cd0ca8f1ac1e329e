//! Paths of sources as the options `trim_path` and `source_path` shorten them.

use crate::site::base_name;

/// Always cut off, whatever the options say.
const BUILD_ROOTS: [&str; 2] = ["/proc/self/cwd/./", "/proc/self/cwd/"];

/// What to cut off the paths of sources (report/source.go: trimPath).
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
                .map(|directory| format!("/{}/", base_name(directory)).into_bytes())
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

/// The elements of a list of paths; an empty list has none (Go's filepath.SplitList).
fn list(paths: &str) -> impl Iterator<Item = &str> {
    let count = if paths.is_empty() { 0 } else { usize::MAX };
    paths.split(':').take(count)
}

#[cfg(test)]
mod tests {
    use super::PathTrim;

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
}
