//! Test binaries that are kept under a name until after the change.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use tempfile::TempPath;

use super::flags::GoFlags;
use super::git::Repository;
use super::side::{Binary, Here, Side};
use super::toolchain::Toolchain;
use crate::interrupt::Interrupt;
use crate::whole;

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
/// What the names of binaries end with.
const BINARY: &str = ".test";
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

/// Keeps the binaries of a side. An earlier base of the name is there until this one is whole: binaries have names of their
/// own, and which of them count is told by one file, which is replaced at once.
pub(super) fn save(
    side: &Side,
    flags: &GoFlags,
    to: &Path,
    interrupt: &Interrupt,
) -> anyhow::Result<()> {
    fs::create_dir_all(to).with_context(|| to.display().to_string())?;
    let saved = write(side, flags, to, interrupt);
    if saved.is_err() {
        // Only where it is empty: there was no earlier base.
        let _ = fs::remove_dir(to);
    }
    saved
}

fn write(side: &Side, flags: &GoFlags, to: &Path, interrupt: &Interrupt) -> anyhow::Result<()> {
    let mut files = Vec::new();
    let mut packages = Vec::new();
    for binary in &side.binaries {
        interrupt.check()?;
        let copied = copy_into(&binary.file, to).with_context(|| to.display().to_string())?;
        let name = copied.file_name().unwrap_or_default();
        packages.push(Kept {
            place: binary.place.clone(),
            package: binary.package.clone(),
            file: name.to_string_lossy().into_owned(),
        });
        files.push(copied);
    }
    let manifest = Manifest {
        format: FORMAT,
        toolchain: side.toolchain.clone(),
        options: flags.build.clone(),
        label: side.label.clone(),
        packages,
    };
    interrupt.check()?;
    let path = to.join(MANIFEST);
    whole::write(
        &path.to_string_lossy(),
        &serde_json::to_vec_pretty(&manifest)?,
    )?;
    let kept: Result<Vec<PathBuf>, _> = files.into_iter().map(TempPath::keep).collect();
    sweep(to, &kept?);
    Ok(())
}

/// A copy under a name that no other has, which goes with its last user unless it is kept.
fn copy_into(file: &Path, folder: &Path) -> std::io::Result<TempPath> {
    let mut builder = tempfile::Builder::new();
    let made = builder.prefix("").suffix(BINARY).tempfile_in(folder)?;
    let path = made.into_temp_path();
    fs::copy(file, &path)?;
    File::open(&path)?.sync_all()?;
    Ok(path)
}

/// Removes the binaries of earlier bases, and those of a run that was killed. One that cannot be removed does no harm.
fn sweep(folder: &Path, kept: &[PathBuf]) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        let is_binary = path.to_string_lossy().ends_with(BINARY);
        if is_binary && !kept.contains(&path) {
            let _ = fs::remove_file(path);
        }
    }
}

/// Whether something is kept there.
pub(super) fn exists(at: &Path) -> bool {
    at.join(MANIFEST).is_file()
}

/// The side that was kept, to run in the packages of the working tree, and the places and names of packages that are not
/// asked for now. What another Go built, or other options, is refused: the difference would be theirs.
pub(super) fn load(
    name: &str,
    at: &Path,
    newer: &Side,
    flags: &GoFlags,
) -> anyhow::Result<(Side, Vec<(PathBuf, String)>)> {
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
    let (mut binaries, mut others) = (Vec::new(), Vec::new());
    for kept in &known.packages {
        match newer.at(&kept.place) {
            Some(newer) => binaries.push(Binary {
                place: kept.place.clone(),
                package: kept.package.clone(),
                directory: newer.directory.clone(),
                file: at.join(&kept.file),
            }),
            None => others.push((kept.place.clone(), kept.package.clone())),
        }
    }
    let side = Side {
        label: format!("{name} (saved)"),
        toolchain: known.toolchain.clone(),
        binaries,
    };
    Ok((side, others))
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
        let interrupt = Interrupt::never();
        save(&old, &flags, &at, &interrupt).unwrap();
        save(&old, &flags, &at, &interrupt).unwrap();
        assert_eq!(fs::read_dir(&at).unwrap().count(), 2, "one base is kept");
        assert!(exists(&at) && !exists(folder.path()));
        let (again, others) = load("base", &at, &old, &flags).unwrap();
        assert!(others.is_empty());
        let without = Side {
            binaries: Vec::new(),
            ..side(&file, "go1.27.3")
        };
        let (nothing, others) = load("base", &at, &without, &flags).unwrap();
        assert!(nothing.binaries.is_empty());
        assert_eq!(others, [(PathBuf::from("a"), "example.com/a".to_owned())]);
        assert_eq!(fs::read(&again.binaries[0].file).unwrap(), b"binary");
        assert_eq!(again.binaries[0].directory, Path::new("/x/a"));
        let refused =
            |side: &Side, flags: &GoFlags| load("base", &at, side, flags).unwrap_err().to_string();
        assert!(refused(&side(&file, "go1.28"), &flags).contains("go1.27.3 for linux/amd64"));
        let tagged = GoFlags::parse(&["-tags=x".to_owned()]).unwrap();
        assert!(refused(&old, &tagged).contains("-tags=x"));
    }

    #[test]
    fn what_cannot_be_saved_leaves_the_base_that_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.test");
        fs::write(&file, "binary").unwrap();
        let (at, flags) = (folder.path().join("base"), GoFlags::default());
        let mut side = side(&file, "go1.27.3");
        let interrupt = Interrupt::never();
        let fails = |side: &Side, interrupt: &Interrupt| {
            let error = save(side, &flags, &at, interrupt).unwrap_err();
            format!("{error:#}")
        };
        let missing = side.binaries[0].clone();
        side.binaries.push(Binary {
            file: folder.path().join("no such"),
            ..missing
        });
        fails(&side, &interrupt);
        assert!(!at.exists(), "no half of a first one");
        let gone = side.binaries.pop().unwrap();
        save(&side, &flags, &at, &interrupt).unwrap();
        fs::write(&file, "newer").unwrap();
        side.binaries.push(gone);
        fails(&side, &interrupt);
        side.binaries.pop();
        let ended = Interrupt::never();
        ended.pretend();
        assert_eq!(fails(&side, &ended), "interrupted");
        let (again, _) = load("base", &at, &side, &flags).unwrap();
        assert_eq!(fs::read(&again.binaries[0].file).unwrap(), b"binary");
        assert_eq!(fs::read_dir(&at).unwrap().count(), 2);
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
