use crate::site::{base_name, clean_path};

/// Prefixes that pprof always cuts off.
const ALWAYS_TRIMMED: [&str; 2] = ["/proc/self/cwd/./", "/proc/self/cwd/"];

/// A source path of a profile without the part that is not the same everywhere
/// (report/source.go: trimPath).
///
/// `trim` holds prefixes to cut off. Where it is empty, the last element of each directory of
/// `search` is looked for in the path, and what is before and including it is cut off. Both are
/// lists separated by colons.
pub fn trim_path<'a>(path: &'a [u8], trim: &str, search: &str) -> &'a [u8] {
    if trim.is_empty() {
        for directory in split_list(search) {
            let wanted = format!("/{}/", base_name(directory));
            if let Some(at) = find(path, wanted.as_bytes()) {
                return path.get(at + wanted.len()..).unwrap_or_default();
            }
        }
    }
    for prefix in split_list(trim).chain(ALWAYS_TRIMMED) {
        let prefix = match prefix.ends_with('/') {
            true => prefix.to_owned(),
            false => format!("{prefix}/"),
        };
        if let Some(rest) = path.strip_prefix(prefix.as_bytes()) {
            return rest;
        }
    }
    path
}

/// Where a source file may be, in the order in which to look (report/source.go: openSourceFile).
///
/// An absolute path, once trimmed, is the only place; a relative one is looked for in each
/// directory of `search` and in those above it.
pub fn source_candidates(path: &[u8], trim: &str, search: &str) -> Vec<Vec<u8>> {
    let path = trim_path(path, trim, search);
    if path.starts_with(b"/") {
        return vec![path.to_vec()];
    }
    let mut candidates = Vec::new();
    for directory in split_list(search) {
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
fn split_list(list: &str) -> impl Iterator<Item = &str> {
    let elements = (!list.is_empty()).then(|| list.split(':'));
    elements.into_iter().flatten()
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|part| part == wanted)
}

#[cfg(test)]
mod tests {
    use super::{source_candidates, trim_path};

    fn trimmed(path: &str, trim: &str, search: &str) -> String {
        String::from_utf8(trim_path(path.as_bytes(), trim, search).to_vec()).unwrap()
    }

    #[test]
    fn trims_as_pprof_does() {
        for (path, trim, search, expected) in [
            ("/a/b/c.go", "", "", "/a/b/c.go"),
            ("/a/b/c.go", "/a", "", "b/c.go"),
            ("/a/b/c.go", "/x:/a/", "", "b/c.go"),
            ("/a/b/c.go", "", "/home/me/b", "c.go"),
            ("/a/b/c.go", "/x", "/home/me/b", "/a/b/c.go"),
            ("/proc/self/cwd/./x.go", "", "", "x.go"),
            ("/proc/self/cwd/x.go", "", "", "x.go"),
            ("/x.go", ":", "", "x.go"),
        ] {
            assert_eq!(trimmed(path, trim, search), expected, "{path} {trim}");
        }
    }

    #[test]
    fn looks_in_directories_and_above() {
        let found = source_candidates(b"b/../c.go", "", "/x/y:.");
        let found: Vec<_> = found.iter().map(|p| String::from_utf8_lossy(p)).collect();
        assert_eq!(found, ["/x/y/c.go", "/x/c.go", "/c.go", "c.go"]);
        assert_eq!(source_candidates(b"/a/c.go", "", "/x"), [b"/a/c.go"]);
    }
}
