//! Which code is the program's own: that which its owner can change.

use std::collections::BTreeSet;

use crate::site::identity::Site;
use crate::site::origin::Origin;

/// The code that can act.
#[derive(Debug)]
pub(super) enum OwnCode {
    /// What is neither the standard library's nor a module's.
    Program,
    /// There is none: benchmarks of the standard library, or of a module. Then it is the packages that are measured, and
    /// those below them.
    Measured(BTreeSet<String>),
}

impl OwnCode {
    /// Of all sites of a profile.
    pub(super) fn of(sites: &[Site]) -> OwnCode {
        if sites.iter().any(is_of_program) {
            return OwnCode::Program;
        }
        let measured = sites.iter().filter(|site| is_benchmark(site));
        OwnCode::Measured(measured.filter_map(|site| site.package.clone()).collect())
    }

    /// Whether a site is of it.
    pub(super) fn has(&self, site: &Site) -> bool {
        match self {
            OwnCode::Program => is_of_program(site),
            OwnCode::Measured(packages) => site.package.as_ref().is_some_and(|package| {
                packages.iter().any(|measured| {
                    let measured = measured.strip_suffix("_test").unwrap_or(measured);
                    let below = package.strip_prefix(measured);
                    below.is_some_and(|below| below.is_empty() || below.starts_with(['/', '_']))
                })
            }),
        }
    }
}

/// Whether code is of no library; Go's own commands are programs, and what `go test` writes to call tests is nobody's.
fn is_of_program(site: &Site) -> bool {
    if site
        .file
        .as_deref()
        .is_some_and(|file| file.ends_with("_testmain.go"))
    {
        return false;
    }
    let package = site.package.as_deref().unwrap_or_default();
    Origin::of(site) == Origin::Own || package.starts_with("cmd/") && !package.contains("/vendor/")
}

/// Whether it is in a function that `go test` calls.
fn is_benchmark(site: &Site) -> bool {
    let function = site.function.as_deref().unwrap_or_default();
    let name = site.package.as_ref();
    let name = name.and_then(|package| function.strip_prefix(package.as_str())?.strip_prefix('.'));
    name.is_some_and(|name| {
        ["Benchmark", "Test", "Fuzz"]
            .iter()
            .filter_map(|kind| name.strip_prefix(kind))
            .any(|rest| !rest.starts_with(|c: char| c.is_lowercase()))
    })
}

#[cfg(test)]
mod tests {
    use super::OwnCode;
    use crate::site::identity::Site;

    fn site(function: &str, package: &str) -> Site {
        Site {
            package: Some(package.to_owned()),
            ..Site::of_function(function.to_owned())
        }
    }

    #[test]
    fn is_the_program_or_what_is_measured() {
        let program = site("main.main", "main");
        let library = site("encoding/json.Marshal", "encoding/json");
        let below = site("encoding/json/v2.Marshal", "encoding/json/v2");
        let other = site("fmt.Sprintf", "fmt");
        let benchmark = site("encoding/json.BenchmarkX", "encoding/json");
        let own = OwnCode::of(&[program.clone(), library.clone()]);
        assert!(own.has(&program) && !own.has(&library));
        let own = OwnCode::of(&[library.clone(), other.clone(), benchmark]);
        assert!(own.has(&library) && own.has(&below) && !own.has(&other));
        let generated = Site {
            file: Some("_testmain.go".to_owned()),
            ..program
        };
        let own = OwnCode::of(&[
            library.clone(),
            site("encoding/json.BenchmarkX", "encoding/json"),
            generated.clone(),
        ]);
        assert!(own.has(&library) && !own.has(&generated));
    }
}
