//! Where the sources of a checkout are: one that is taken from the working tree is the newer side's.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::bail;

use super::flags::GoFlags;
use super::side::Here;
use crate::interrupt::Interrupt;
use crate::process::run;

/// Fields are apart by what no path holds.
const FORM: &str =
    "{{.ImportPath}}\u{1f}{{.Dir}}\u{1f}{{.Standard}}\u{1f}{{with .Module}}{{.Path}}{{end}}";

/// Refuses a checkout that is built from the working tree: by a `replace` with an absolute path, in go.mod or go.work, or by a link.
pub(super) fn refuse_sources_of(
    working_tree: &Path,
    (checkout, patterns): (&Here, &[String]),
    (flags, interrupt): (&GoFlags, &Interrupt),
    label: &str,
) -> anyhow::Result<()> {
    let is_of_working_tree = |path: &Path| {
        let whole = path.canonicalize().ok();
        whole.is_some_and(|whole| {
            whole.starts_with(working_tree) && !whole.starts_with(&checkout.root)
        })
    };
    let mut command = Command::new("go");
    command.current_dir(&checkout.directory);
    command.args(["list", "-deps", "-test", "-f", FORM]);
    command.args(flags.build.iter().filter(|flag| !flag.starts_with("-vet")));
    command.arg("--").args(patterns);
    // What it refuses is told where it is built.
    let said = run(&mut command, interrupt)?;
    for line in said.out.lines() {
        let fields: Vec<&str> = line.trim_end_matches('\r').split('\u{1f}').collect();
        let [package, directory, standard, module] = fields.as_slice() else {
            continue;
        };
        // A cache of modules may be below the repository.
        let is_cached = directory.contains('@');
        if *standard != "true" && !is_cached && is_of_working_tree(Path::new(directory)) {
            bail!(
                "bench: found that {label} takes {package} of module {module} from {directory}, which is the working tree, \
                 expected a replace with a relative path: both sides would be built from the newer one"
            );
        }
    }
    if let Some(link) = find_link(&checkout.root, &is_of_working_tree) {
        let link = link.strip_prefix(&checkout.root).unwrap_or(&link);
        bail!(
            "bench: found that {} of {label} is a link into the working tree, expected a relative one: both sides would have the \
             newer one's",
            link.display()
        );
    }
    Ok(())
}

/// A link of which something holds, in a folder or below it.
fn find_link(folder: &Path, holds: &dyn Fn(&Path) -> bool) -> Option<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_symlink() && holds(&path) => return Some(path),
                Ok(kind) if kind.is_dir() => folders.push(path),
                _ => {}
            }
        }
    }
    None
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(
        clippy::unwrap_used,
        reason = "a test that cannot make its files has to fail"
    )]

    use super::find_link;
    use std::os::unix::fs::symlink;

    #[test]
    fn links_are_found_wherever_they_are() {
        let (tree, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (tree, other) = (
            tree.path().canonicalize().unwrap(),
            other.path().canonicalize().unwrap(),
        );
        std::fs::create_dir_all(tree.join("a/b")).unwrap();
        std::fs::write(other.join("lib.go"), "package lib").unwrap();
        std::fs::write(tree.join("x.go"), "package x").unwrap();
        let holds = |path: &std::path::Path| {
            let whole = path.canonicalize();
            whole.is_ok_and(|whole| whole.starts_with(&other))
        };
        symlink(tree.join("x.go"), tree.join("a/own.go")).unwrap();
        symlink(tree.join("nowhere"), tree.join("a/dead.go")).unwrap();
        assert_eq!(find_link(&tree, &holds), None);
        symlink(other.join("lib.go"), tree.join("a/b/lib.go")).unwrap();
        assert_eq!(find_link(&tree, &holds), Some(tree.join("a/b/lib.go")));
        std::fs::remove_file(tree.join("a/b/lib.go")).unwrap();
        symlink(&other, tree.join("a/folder")).unwrap();
        assert_eq!(find_link(&tree, &holds), Some(tree.join("a/folder")));
    }
}
