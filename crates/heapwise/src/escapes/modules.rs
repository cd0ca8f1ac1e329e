//! Which module a source file is of, and whether the code of a profile may be of that one: files of two modules may end alike.

use std::path::{Path, PathBuf};

use heapwise_analysis::{Origin, Site};

use super::texts::text_of;

/// Where a file is in its module.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    /// As its `go.mod` names it: `example.com/app`, `std`.
    module: String,
    /// The file below the folder of that.
    below: PathBuf,
}

/// Whether a file that is found may be one that a profile names, of a package where that is known. Where no module is told, it may.
pub(super) fn may_be(found: &Path, file: &str, package: Option<&str>) -> bool {
    let Some(place) = place(found) else {
        return true;
    };
    // Neither a program nor what is compiled of files that are named one by one (`go test a_test.go`) says of which module it is.
    let is_told = |package: &&str| !matches!(*package, "main" | "command-line-arguments");
    match package.filter(is_told) {
        Some(package) => is_of(&place, &package.replace("%2e", ".")),
        None => match (standard_package(file), versioned(file)) {
            (Some(package), _) => is_of(&place, &package),
            (None, Some(module)) => {
                let above = module.strip_suffix(&place.module);
                above.is_some_and(|above| above.is_empty() || above.ends_with('/'))
            }
            (None, None) => true,
        },
    }
}

/// Whether a path says itself that it is of the standard library or of another module.
pub(super) fn is_of_library(file: &str) -> bool {
    standard_package(file).is_some() || versioned(file).is_some()
}

/// Whether two files are of one place in one module, as those of two copies of it are.
pub(super) fn are_alike(one: &Path, other: &Path) -> bool {
    let one = place(one);
    one.is_some() && one == place(other)
}

/// Where a file is in the module of the nearest `go.mod`. Modules that are kept by version need none.
fn place(found: &Path) -> Option<Place> {
    let found = std::fs::canonicalize(found).ok()?;
    for folder in found.ancestors().skip(1) {
        if let Some(text) = text_of(&folder.join("go.mod")) {
            let module = text.lines().find_map(module_of)?.to_owned();
            let below = found.strip_prefix(folder).ok()?.to_owned();
            return Some(Place { module, below });
        }
        let name = folder.file_name().and_then(|name| name.to_str());
        if name.is_some_and(|name| name.contains("@v")) {
            return None;
        }
    }
    None
}

/// The module of a line of a `go.mod`.
fn module_of(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("module")?;
    let name = rest.split("//").next().unwrap_or(rest);
    let name = name.starts_with([' ', '\t', '"']).then(|| name.trim())?;
    let name = name.trim_matches('"');
    (!name.is_empty()).then_some(name)
}

/// Whether a package may be of a place: of its module, or kept there in `vendor`.
fn is_of(place: &Place, package: &str) -> bool {
    let package = package.strip_suffix("_test").unwrap_or(package);
    let is_vendored = place.below.strip_prefix("vendor").is_ok_and(|below| {
        let folder = below.parent();
        folder == Some(Path::new(package))
    });
    let rest = package.strip_prefix(place.module.as_str());
    let is_below = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    is_below || is_vendored || place.module == "std" && is_standard(package)
}

fn is_standard(package: &str) -> bool {
    let mut site = Site::default();
    site.package = Some(package.to_owned());
    matches!(Origin::of(&site), Origin::StandardLibrary | Origin::Runtime)
}

/// The package of a file of the standard library: `net/url` of `/usr/local/go/src/net/url/url.go`, and of `net/url/url.go`.
fn standard_package(file: &str) -> Option<String> {
    let file = file.replace('\\', "/");
    let below = match file.rsplit_once("/src/") {
        Some((_, below)) => below,
        None if !file.starts_with(['/', '.']) => &file,
        None => return None,
    };
    let (folder, _) = below.rsplit_once('/')?;
    is_standard(folder).then(|| folder.to_owned())
}

/// What is before the version of a module that is kept by it, with capital letters as they are:
/// `/go/pkg/mod/github.com/Azure/x` of `/go/pkg/mod/github.com/!azure/x@v1.2.3/y.go`.
fn versioned(file: &str) -> Option<String> {
    let (module, _) = file.split_once("@v")?;
    let mut is_capital = false;
    let mut name = String::new();
    for c in module.replace('\\', "/").chars() {
        match (c, is_capital) {
            ('!', _) => is_capital = true,
            (_, true) => {
                name.push(c.to_ascii_uppercase());
                is_capital = false;
            }
            (_, false) => name.push(c),
        }
    }
    Some(name)
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::disallowed_methods,
        reason = "makes files"
    )]

    use std::fs;
    use std::path::Path;

    use super::{are_alike, is_of_library, may_be, module_of};

    #[test]
    fn a_module_is_named_by_its_line() {
        for (line, module) in [
            ("module example.com/app", Some("example.com/app")),
            (
                "module \"example.com/app\" // of old",
                Some("example.com/app"),
            ),
            ("modules example.com/app", None),
            ("go 1.27", None),
        ] {
            assert_eq!(module_of(line), module, "{line}");
        }
    }

    fn write(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn a_file_that_ends_alike_is_of_its_own_module() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        write(&root.join("go.mod"), "module example.com/app/v2\n");
        let found = root.join("ecdsa/signature.go");
        write(&found, "package ecdsa\n");
        let vendored = root.join("vendor/example.org/curve/ecdsa/signature.go");
        write(&vendored, "package ecdsa\n");
        let kept = "/mod/example.org/curve@v1.2.0/ecdsa/signature.go";
        for (path, file, package, expected) in [
            (
                &found,
                "/build/app/ecdsa/signature.go",
                Some("example.com/app/v2/ecdsa"),
                true,
            ),
            (
                &found,
                "/build/app/ecdsa/signature.go",
                Some("example.com/app/v2/ecdsa_test"),
                true,
            ),
            // Its folder has another name now.
            (
                &found,
                "/build/app/x/signature.go",
                Some("example.com/app/v2/x"),
                true,
            ),
            (&found, "/build/app/ecdsa/signature.go", Some("main"), true),
            (
                &found,
                "/build/app/ecdsa/signature.go",
                Some("command-line-arguments"),
                true,
            ),
            (&found, "/build/app/ecdsa/signature.go", None, true),
            (
                &found,
                "/mod/example.com/app/v2@v2.1.0/ecdsa/signature.go",
                None,
                true,
            ),
            (&vendored, kept, Some("example.org/curve/ecdsa"), true),
            (&found, kept, Some("example.org/curve/ecdsa"), false),
            (&found, kept, None, false),
            (
                &found,
                "/build/app/ecdsa/signature.go",
                Some("example.com/app/ecdsa"),
                false,
            ),
            (
                &found,
                "/usr/local/go/src/crypto/ecdsa/signature.go",
                Some("crypto/ecdsa"),
                false,
            ),
            (
                &found,
                "/usr/local/go/src/crypto/ecdsa/signature.go",
                None,
                false,
            ),
            (&found, "crypto/ecdsa/signature.go", None, false),
            (&vendored, kept, Some("example.org/other/ecdsa"), false),
        ] {
            assert_eq!(may_be(path, file, package), expected, "{file} {package:?}");
        }
    }

    #[test]
    fn what_no_module_tells_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let kept = root.join("example.org/Curve@v1.0.0/ecdsa/signature.go");
        write(&root.join("go.mod"), "module example.com/app\n");
        write(&kept, "package ecdsa\n");
        let file = "/mod/example.org/!curve@v1.0.0/ecdsa/signature.go";
        assert!(may_be(&kept, file, Some("example.org/Curve/ecdsa")));
        write(
            &root.join("example.org/Curve@v1.0.0/go.mod"),
            "module example.org/Curve\n",
        );
        assert!(may_be(&kept, file, None));
    }

    #[test]
    fn the_standard_library_is_a_module() {
        let folder = tempfile::tempdir().unwrap();
        let found = folder.path().join("src/net/url/url.go");
        write(&folder.path().join("src/go.mod"), "module std\n");
        write(&found, "package url\n");
        let file = "/usr/local/go/src/net/url/url.go";
        assert!(may_be(&found, file, Some("net/url")));
        assert!(may_be(&found, file, None));
        assert!(!may_be(
            &found,
            "/src/app/net/url/url.go",
            Some("example.com/app/net/url")
        ));
    }

    #[test]
    fn copies_of_a_module_are_alike() {
        let folder = tempfile::tempdir().unwrap();
        let file = |copy: &str, module: &str| {
            let root = folder.path().join(copy);
            write(&root.join("go.mod"), &format!("module {module}\n"));
            write(&root.join("a/b.go"), "package a\n");
            root.join("a/b.go")
        };
        let one = file("one", "example.com/app");
        assert!(are_alike(&one, &file("two", "example.com/app")));
        assert!(!are_alike(&one, &file("three", "example.com/other")));
        assert!(is_of_library("/go/src/net/ip.go") && is_of_library("/mod/a/b@v1.0.0/c.go"));
        assert!(!is_of_library("/src/app/net/ip.go") && !is_of_library("example.com/app/a.go"));
    }
}
