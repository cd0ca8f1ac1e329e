//! Test binaries that are kept under a name until after the change.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use super::flags::GoFlags;
use super::git::Repository;
use super::side::{Binary, Here, Side};
use super::toolchain::Toolchain;

/// What is kept beside the binaries.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    format: u32,
    toolchain: Toolchain,
    /// Options that it was built with.
    options: Vec<String>,
    /// What the working tree was.
    label: String,
    packages: Vec<Kept>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    place: PathBuf,
    package: String,
    file: String,
}

const MANIFEST: &str = "base.json";
const FORMAT: u32 = 1;

/// Where a name is kept: in git's own directory, so that the working tree stays as it is, and else in the cache.
pub(super) fn place(
    name: &str,
    repository: Option<&Repository>,
    here: &Here,
) -> anyhow::Result<PathBuf> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if name.is_empty() || name.starts_with(['.', '-']) || !name.chars().all(is_plain) {
        bail!(
            "--save: found {name:?}, expected a name of letters, digits, dots, dashes and underscores"
        );
    }
    let folder = match repository {
        Some(repository) => repository.common.join("heapwise"),
        None => cache()?.join("heapwise").join(flat(&here.root)),
    };
    Ok(folder.join("bench").join(name))
}

fn cache() -> anyhow::Result<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let cache = set("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || set("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let cache = cache
        .or_else(home)
        .or_else(|| set("LOCALAPPDATA").map(PathBuf::from));
    cache.context(
        "--save: found no git repository and no HOME, expected one of them to keep binaries in",
    )
}

fn flat(path: &Path) -> String {
    path.to_string_lossy()
        .replace(|c: char| !c.is_ascii_alphanumeric(), "-")
}

/// Keeps the binaries of a side; an earlier base of the name gives way when this one is whole.
pub(super) fn save(side: &Side, flags: &GoFlags, to: &Path) -> anyhow::Result<()> {
    let parent = to.parent().unwrap_or(to);
    fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
    let folder = tempfile::Builder::new()
        .prefix(".new-")
        .tempdir_in(parent)?;
    let mut packages = Vec::new();
    for (at, binary) in side.binaries.iter().enumerate() {
        let file = format!("{at}.test");
        fs::copy(&binary.file, folder.path().join(&file))
            .with_context(|| parent.display().to_string())?;
        packages.push(Kept {
            place: binary.place.clone(),
            package: binary.package.clone(),
            file,
        });
    }
    let manifest = Manifest {
        format: FORMAT,
        toolchain: side.toolchain.clone(),
        options: flags.build.clone(),
        label: side.label.clone(),
        packages,
    };
    fs::write(
        folder.path().join(MANIFEST),
        serde_json::to_vec_pretty(&manifest)?,
    )?;
    if to.exists() {
        fs::remove_dir_all(to).with_context(|| to.display().to_string())?;
    }
    fs::rename(folder.path(), to).with_context(|| to.display().to_string())?;
    Ok(())
}

/// Whether something is kept there.
pub(super) fn exists(at: &Path) -> bool {
    at.join(MANIFEST).is_file()
}

/// The side that was kept, to run in the packages of the working tree. What another Go built, or other options, is
/// refused: the difference would be theirs.
pub(super) fn load(name: &str, at: &Path, newer: &Side, flags: &GoFlags) -> anyhow::Result<Side> {
    let path = at.join(MANIFEST);
    let text = fs::read(&path).with_context(|| path.display().to_string())?;
    let known: Manifest =
        serde_json::from_slice(&text).with_context(|| path.display().to_string())?;
    if known.format != FORMAT {
        bail!(
            "{}: found format {}, expected {FORMAT}: save it again",
            path.display(),
            known.format
        );
    }
    let (old, new) = (&known.toolchain, &newer.toolchain);
    let platform = |of: &Toolchain| format!("{} for {}/{}", of.version, of.os, of.arch);
    if platform(old) != platform(new) {
        bail!(
            "--against {name}: found binaries of {}, expected those of {}: save them again from the older \
             code, or compare with a revision",
            platform(old),
            platform(new)
        );
    }
    if known.options != flags.build {
        bail!(
            "--against {name}: found binaries built with {:?}, expected {:?}, as now",
            known.options.join(" "),
            flags.build.join(" ")
        );
    }
    let binaries = known.packages.iter().filter_map(|kept| {
        let newer = newer.at(&kept.place)?;
        Some(Binary {
            place: kept.place.clone(),
            package: kept.package.clone(),
            directory: newer.directory.clone(),
            file: at.join(&kept.file),
        })
    });
    Ok(Side {
        label: format!("{name} (saved)"),
        toolchain: known.toolchain.clone(),
        binaries: binaries.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(file: &Path, version: &str) -> Side {
        Side {
            label: "working tree".to_owned(),
            toolchain: Toolchain {
                version: version.to_owned(),
                os: "linux".to_owned(),
                arch: "amd64".to_owned(),
                workspace: String::new(),
            },
            binaries: vec![Binary {
                place: PathBuf::from("a"),
                package: "example.com/a".to_owned(),
                directory: PathBuf::from("/x/a"),
                file: file.to_owned(),
            }],
        }
    }

    #[test]
    fn what_is_saved_is_found_again_unless_go_or_its_options_differ() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.test");
        fs::write(&file, "binary").unwrap();
        let (at, flags) = (folder.path().join("base"), GoFlags::default());
        let old = side(&file, "go1.27.3");
        save(&old, &flags, &at).unwrap();
        save(&old, &flags, &at).unwrap();
        assert!(exists(&at) && !exists(folder.path()));
        let again = load("base", &at, &old, &flags).unwrap();
        assert_eq!(fs::read(&again.binaries[0].file).unwrap(), b"binary");
        assert_eq!(again.binaries[0].directory, Path::new("/x/a"));
        let refused =
            |side: &Side, flags: &GoFlags| load("base", &at, side, flags).unwrap_err().to_string();
        assert!(refused(&side(&file, "go1.28"), &flags).contains("go1.27.3 for linux/amd64"));
        let tagged = GoFlags::parse(&["-tags=x".to_owned()]).unwrap();
        assert!(refused(&old, &tagged).contains("-tags=x"));
    }

    #[test]
    fn a_name_leads_nowhere_else() {
        let here = Here {
            root: PathBuf::from("/x"),
            directory: PathBuf::from("/x"),
        };
        let repository = Repository {
            top: PathBuf::from("/x"),
            common: PathBuf::from("/x/.git"),
        };
        let at = |name: &str| place(name, Some(&repository), &here);
        assert_eq!(
            at("base").unwrap(),
            Path::new("/x/.git/heapwise/bench/base")
        );
        for name in ["", "..", "a/b", "-x", ".hidden", "a b"] {
            assert!(at(name).is_err(), "{name}");
        }
    }
}
