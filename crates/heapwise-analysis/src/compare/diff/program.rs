//! Whether two sides are of one program.
//!
//! Names of binaries alone do not tell: `app.before` and `app.after`, `/tmp/go-build7/b001/app.test`
//! and a renamed copy are one program. What tells is the code that is not of Go or of modules.

use std::collections::BTreeSet;

use super::side::DiffSide;
use super::warnings::Note;
use crate::site::identity::Site;
use crate::site::origin::Origin;
use crate::site::similar::similar_name;

/// Says that the sides are of different programs, where all there is to see speaks for it.
pub(super) fn note(before: &DiffSide<'_>, after: &DiffSide<'_>) -> Option<Note> {
    let (old, new) = (Program::of(before), Program::of(after));
    old.differs_from(&new).then(|| {
        Note::new(
            "different_program",
            format!(
                "these look like different programs, {} and {}: a site that one of them lacks is \
                 no change",
                old.described(),
                new.described()
            ),
        )
    })
}

/// What a side shows of the program that it is of.
struct Program {
    /// The file name of the binary.
    binary: Option<String>,
    /// Its stem: without what builds, versions and comparisons add.
    stem: Option<String>,
    /// Functions of its own, without the path of their package.
    functions: BTreeSet<String>,
    /// The modules of these, as far as their names tell.
    modules: BTreeSet<String>,
    /// Functions of its main package, and packages whose benchmarks or tests it runs.
    mains: BTreeSet<String>,
    /// Whether any site has a name.
    is_named: bool,
}

impl Program {
    fn of(side: &DiffSide<'_>) -> Program {
        let binary = side.header().and_then(|header| header.binary.as_deref());
        let mut program = Program {
            binary: binary.map(|path| base(path).to_owned()),
            stem: binary.and_then(stem),
            functions: BTreeSet::new(),
            modules: BTreeSet::new(),
            mains: BTreeSet::new(),
            is_named: false,
        };
        for site in side.sites() {
            program.note_site(site);
        }
        program
    }

    fn note_site(&mut self, site: &Site) {
        self.is_named |= site.function.is_some() || site.file.is_some() || site.package.is_some();
        let (Some(function), Some(package)) = (&site.function, &site.package) else {
            return;
        };
        let name = similar_name(base(function));
        let of_package = name.split('.').nth(1).unwrap_or_default();
        let tests = ["Benchmark", "Test", "Fuzz"];
        let is_test = tests.iter().any(|start| of_package.starts_with(start));
        // Go's own programs and the tests of its library are programs too.
        if Origin::of(site) != Origin::Own && !package.starts_with("cmd/") && !is_test {
            return;
        }
        // Every program has these.
        if ["main.main", "main.init"]
            .iter()
            .any(|all| name.starts_with(all))
        {
            return;
        }
        if package == "main" {
            self.mains.insert(name.clone());
        } else {
            self.modules.insert(module(package));
            if is_test {
                self.mains.insert(format!("tests of {package}"));
            }
        }
        self.functions.insert(name);
    }

    fn differs_from(&self, other: &Program) -> bool {
        let stems_differ = match (&self.stem, &other.stem) {
            (Some(mine), Some(theirs)) => mine != theirs,
            _ => false,
        };
        if !self.is_named && !other.is_named {
            return stems_differ;
        }
        if are_disjoint(&self.functions, &other.functions) {
            return stems_differ || are_disjoint(&self.modules, &other.modules);
        }
        // Programs of one repository share packages.
        let are_sure = self.has_sure_main() && other.has_sure_main();
        stems_differ && are_sure && are_disjoint(&self.mains, &other.mains)
    }

    /// A single function of package main may just not have been sampled on the other side.
    fn has_sure_main(&self) -> bool {
        self.mains.len() >= 2 || self.mains.iter().any(|main| main.starts_with("tests of "))
    }

    fn described(&self) -> String {
        let code = self.modules.first().or(self.functions.first());
        match (&self.binary, code) {
            (Some(binary), _) => binary.clone(),
            (None, Some(code)) => format!("one with {code}"),
            (None, None) => "one without names".to_owned(),
        }
    }
}

/// Whether both have something, and nothing in common.
fn are_disjoint(mine: &BTreeSet<String>, theirs: &BTreeSet<String>) -> bool {
    !mine.is_empty() && !theirs.is_empty() && mine.is_disjoint(theirs)
}

/// What is behind the last slash that is not inside type arguments.
fn base(path: &str) -> &str {
    let end = path.find('[').unwrap_or(path.len());
    let start = path.get(..end).and_then(|plain| plain.rfind(['/', '\\']));
    start
        .and_then(|slash| path.get(slash + 1..))
        .unwrap_or(path)
}

/// `example.com/owner/repository` of a package: what its name says of its module.
fn module(package: &str) -> String {
    let depth = match package.split('/').next() {
        Some(first) if first.contains('.') => 3,
        _ => 1,
    };
    let elements: Vec<&str> = package.split('/').take(depth).collect();
    elements.join("/")
}

/// Words that people and builds add to the name of a binary.
const ADDED: [&str; 28] = [
    "after", "amd64", "arm64", "b", "base", "before", "a", "darwin", "debug", "dev", "exe", "fast",
    "fixed", "head", "linux", "new", "old", "opt", "orig", "patched", "pr", "release", "slow",
    "test", "tip", "windows", "x86", "main",
];

/// The name of a binary without what builds, versions and comparisons add; `None` where nothing is
/// left that could tell a program, as of what `go run` and debuggers build.
fn stem(path: &str) -> Option<String> {
    let name = base(path).to_lowercase();
    if name.starts_with("__") || name == "a.out" {
        return None;
    }
    let parts = name.split(['.', '-', '_', '@', '+', ' ']);
    let parts = parts.filter(|part| !ADDED.contains(part) && !is_version(part));
    let parts: Vec<&str> = parts
        .map(|part| part.trim_end_matches(|c: char| c.is_ascii_digit()))
        .filter(|part| !part.is_empty())
        .collect();
    (!parts.is_empty()).then(|| parts.join("-"))
}

/// `2`, `v1`, `go1`, or the hash of a commit.
fn is_version(part: &str) -> bool {
    let plain = part.trim_start_matches("go").trim_start_matches('v');
    let is_number = plain.chars().all(|c| c.is_ascii_digit());
    let is_hash = part.len() >= 7
        && part.chars().all(|c| c.is_ascii_hexdigit())
        && part.contains(|c: char| c.is_ascii_digit());
    is_number || is_hash
}

#[cfg(test)]
mod tests {
    use super::{Program, is_version, module, stem};
    use crate::site::identity::Site;
    use crate::site::origin::Origin;

    fn program(binary: &str, functions: &[&str]) -> Program {
        let mut program = Program {
            binary: Some(binary.to_owned()),
            stem: stem(binary),
            functions: Default::default(),
            modules: Default::default(),
            mains: Default::default(),
            is_named: false,
        };
        for function in functions {
            let slash = function.rfind('/').map_or(0, |at| at + 1);
            let dot = function[slash..].find('.').unwrap() + slash;
            program.note_site(&Site {
                function: Some((*function).to_owned()),
                package: Some(function[..dot].to_owned()),
                ..Site::default()
            });
        }
        program
    }

    #[test]
    fn stems_of_one_program_are_equal() {
        for (name, expected) in [
            ("/tmp/go-build123/b001/app.test", Some("app")),
            ("C:\\build\\app.exe", Some("app")),
            ("app.before", Some("app")),
            ("app-after", Some("app")),
            ("/srv/old/app_v1.2.3-linux-amd64", Some("app")),
            ("app-3f2a9c1", Some("app")),
            ("srv127", Some("srv")),
            ("buffer-vs-pool.after", Some("buffer-vs-pool")),
            ("/tmp/go-build9/b001/exe/main", None),
            ("__debug_bin3271", None),
            ("before", None),
        ] {
            assert_eq!(stem(name).as_deref(), expected, "{name}");
        }
        assert_eq!(Origin::of(&Site::default()), Origin::Unknown);
    }

    #[test]
    fn one_program_is_not_taken_for_two() {
        for (old, new) in [
            (("x.before", &["main.a"][..]), ("x.after", &["main.b"][..])),
            (
                ("api", &["main.serve", "main.a"]),
                ("renamed", &["main.serve", "main.b"]),
            ),
            (
                ("exe", &["main.main", "main.a"]),
                ("bin", &["main.main", "main.a"]),
            ),
            (
                ("foo.test", &["e.com/m/foo.BenchmarkA"]),
                ("foo.test", &["e.com/m/foo.BenchmarkB"]),
            ),
            (
                ("a.test", &["e.com/old/a.F"]),
                ("a.test", &["e.com/new/a.F"]),
            ),
            (("p", &["net/http.Get"]), ("q", &["net/http.Get"])),
            (("p", &["main.main"]), ("q", &["main.main"])),
            (("app", &["e.com/m/app/x.F"]), ("app", &["e.com/m/app/y.G"])),
        ] {
            assert!(
                !program(old.0, old.1).differs_from(&program(new.0, new.1)),
                "{old:?}"
            );
        }
    }

    #[test]
    fn different_programs_are_told() {
        for (old, new) in [
            (
                ("srv", &["main.serve"][..]),
                ("bench.test", &["e.com/app.BenchmarkX"][..]),
            ),
            (
                ("api", &["main.a", "main.b", "e.com/m/lib.F"]),
                ("worker", &["main.c", "main.d", "e.com/m/lib.F"]),
            ),
            (
                ("foo.test", &["e.com/m/foo.BenchmarkA", "e.com/m/foo.F"]),
                ("bar.test", &["e.com/m/bar.BenchmarkB", "e.com/m/foo.F"]),
            ),
            (
                ("server", &["e.com/a/one/x.F"]),
                ("server", &["e.com/b/two/y.G"]),
            ),
            (
                ("key.before", &["e.com/app.Key"]),
                ("render.after", &["e.com/app.Render"]),
            ),
        ] {
            assert!(
                program(old.0, old.1).differs_from(&program(new.0, new.1)),
                "{old:?}"
            );
        }
        assert!(program("cxx", &[]).differs_from(&program("java", &[])));
        assert!(!program("cxx-1.2", &[]).differs_from(&program("cxx-1.3", &[])));
    }

    #[test]
    fn modules_are_told_by_the_names_of_packages() {
        for (package, expected) in [
            (
                "example.com/owner/repository/pkg/x",
                "example.com/owner/repository",
            ),
            ("example.com/owner", "example.com/owner"),
            ("net/http/httptest", "net"),
            ("app/internal/x", "app"),
            ("main", "main"),
        ] {
            assert_eq!(module(package), expected);
        }
    }

    #[test]
    fn versions_are_numbers_and_hashes() {
        for part in ["2", "v1", "v127", "go1", "127", "3f2a9c1", "0000000a"] {
            assert!(is_version(part), "{part}");
        }
        // Hexadecimal words are no hashes, and neither is what is shorter than Git writes them.
        for part in ["effaced", "3f2a9c", "vault", "gopher", "v1x", "3f2a9cg"] {
            assert!(!is_version(part), "{part}");
        }
    }
}
