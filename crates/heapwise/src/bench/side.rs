//! One of two sides: its test binaries, and where they run.

use std::path::{Component, Path, PathBuf};

use anyhow::Context;

use super::toolchain::Toolchain;

/// One side, built.
#[derive(Debug)]
pub(super) struct Side {
    /// As reports call it.
    pub(super) label: String,
    pub(super) toolchain: Toolchain,
    pub(super) binaries: Vec<Binary>,
}

/// A test binary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binary {
    /// The directory of its package, relative to where both sides begin: what it is found by on the other.
    pub(super) place: PathBuf,
    /// Its import path.
    pub(super) package: String,
    /// Where it runs: as under `go test`, in the directory of its package.
    pub(super) directory: PathBuf,
    pub(super) file: PathBuf,
}

impl Side {
    /// The binary of the package in the same place.
    pub(super) fn at(&self, place: &Path) -> Option<&Binary> {
        self.binaries.iter().find(|binary| binary.place == place)
    }
}

/// Where both sides begin, and where in it commands are given.
#[derive(Debug, Clone)]
pub(super) struct Here {
    /// The top of the repository, or where commands are given.
    pub(super) root: PathBuf,
    /// Where commands are given.
    pub(super) directory: PathBuf,
}

impl Here {
    /// A path relative to where both sides begin; `None` outside.
    pub(super) fn place_of(&self, directory: &Path) -> anyhow::Result<Option<PathBuf>> {
        let directory = directory.canonicalize();
        let directory = directory.with_context(|| "bench: a package's directory".to_owned())?;
        Ok(directory.strip_prefix(&self.root).ok().map(Path::to_owned))
    }

    /// What go calls a package from where commands are given: `./a/b`, `../c`.
    pub(super) fn pattern_of(&self, place: &Path) -> String {
        let here = self
            .directory
            .strip_prefix(&self.root)
            .unwrap_or(Path::new(""));
        relative(here, place)
    }
}

/// The way from one directory to another, both below the same one.
fn relative(from: &Path, to: &Path) -> String {
    let (from, to): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (from.components().collect(), to.components().collect());
    let common = from
        .iter()
        .zip(&to)
        .take_while(|(one, other)| one == other)
        .count();
    let up = std::iter::repeat_n("..".to_owned(), from.len() - common);
    let down = to.iter().skip(common);
    let down = down.map(|part| part.as_os_str().to_string_lossy().into_owned());
    let parts: Vec<String> = up.chain(down).collect();
    match parts.first().map(String::as_str) {
        Some("..") => parts.join("/"),
        _ => format!("./{}", parts.join("/")),
    }
}

#[cfg(test)]
mod tests {
    use super::relative;
    use std::path::Path;

    #[test]
    fn finds_the_way() {
        for (from, to, way) in [
            ("", "", "./"),
            ("", "a/b", "./a/b"),
            ("a", "a/b c", "./b c"),
            ("a/b", "a", ".."),
            ("a/b", "c", "../../c"),
        ] {
            assert_eq!(relative(Path::new(from), Path::new(to)), way, "{from} {to}");
        }
    }
}
