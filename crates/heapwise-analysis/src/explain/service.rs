//! Which frames are the runtime's, and what it allocates on behalf of code that does not say so.

use super::reason::Reason;
use crate::site::identity::Site;

/// Whether a frame allocates as the runtime's part of something that code asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    /// The program's, a module's or the standard library's.
    Code,
    /// The runtime's: what it does there, where the function tells.
    Runtime(Option<Reason>),
}

/// Functions of the runtime by what they begin with, and what allocates there (runtime/slice.go, string.go, iface.go,
/// map.go, chan.go, proc.go; internal/runtime/maps; linked names of reflect, time and internal/bytealg). The
/// first that fits counts.
const SERVICES: [(&str, Reason); 22] = [
    ("internal/runtime/maps.", Reason::MapGrowth),
    ("maps.clone", Reason::MapGrowth),
    ("runtime.mapassign", Reason::MapGrowth),
    ("runtime.makemap", Reason::MapGrowth),
    ("runtime.hashGrow", Reason::MapGrowth),
    ("runtime.growWork", Reason::MapGrowth),
    ("runtime.(*hmap)", Reason::MapGrowth),
    ("runtime.growslice", Reason::SliceGrowth),
    ("runtime.concatstring", Reason::StringConcatenation),
    ("runtime.slicebytetostring", Reason::StringConversion),
    ("runtime.stringtoslice", Reason::StringConversion),
    ("runtime.slicerunetostring", Reason::StringConversion),
    ("runtime.intstring", Reason::StringConversion),
    ("runtime.rawstring", Reason::StringConcatenation),
    ("runtime.convT", Reason::InterfaceConversion),
    ("runtime.makechan", Reason::Channel),
    ("runtime.malg", Reason::Goroutine),
    ("runtime.newproc", Reason::Goroutine),
    ("runtime.allocm", Reason::Goroutine),
    ("internal/bytealg.MakeNoZero", Reason::StringBuilding),
    ("reflect.", Reason::Reflection),
    ("time.", Reason::Timer),
];

/// What a frame is, by its function and, for names that the runtime lends to other packages, its file.
pub(super) fn frame(site: &Site) -> Frame {
    let function = site.function.as_deref().unwrap_or_default();
    let is_named = function.starts_with("runtime.") || function.starts_with("internal/runtime/");
    if !is_named && !site.file.as_deref().is_some_and(is_runtime_file) {
        return Frame::Code;
    }
    let known = SERVICES
        .iter()
        .find(|(start, _)| function.starts_with(start));
    Frame::Runtime(known.map(|(_, reason)| *reason))
}

/// Whether a file is one of the runtime's own: not of packages below it, such as `runtime/pprof`.
fn is_runtime_file(file: &str) -> bool {
    let inside = |start: &str| match file.strip_prefix(start) {
        Some(rest) => Some(rest),
        None => {
            let at = file.rfind(&format!("/src/{start}"))?;
            file.get(at + "/src/".len() + start.len()..)
        }
    };
    inside("runtime/").is_some_and(|rest| !rest.contains('/'))
        || inside("internal/runtime/").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(function: &str, file: &str) -> Site {
        Site {
            file: Some(file.to_owned()),
            ..Site::of_function(function.to_owned())
        }
    }

    #[test]
    fn tells_the_runtime_from_code_that_has_its_names() {
        let go = "/usr/local/go/src/";
        for (function, file, expected) in [
            (
                "internal/runtime/maps.newTable",
                "internal/runtime/maps/table.go",
                Frame::Runtime(Some(Reason::MapGrowth)),
            ),
            (
                "internal/bytealg.MakeNoZero",
                "runtime/slice.go",
                Frame::Runtime(Some(Reason::StringBuilding)),
            ),
            (
                "reflect.unsafe_New",
                "runtime/malloc.go",
                Frame::Runtime(Some(Reason::Reflection)),
            ),
            ("reflect.New", "reflect/value.go", Frame::Code),
            (
                "maps.clone",
                "runtime/map.go",
                Frame::Runtime(Some(Reason::MapGrowth)),
            ),
            (
                "runtime/pprof.writeHeap",
                "runtime/pprof/pprof.go",
                Frame::Code,
            ),
            (
                "sync.runtime_Semacquire",
                "runtime/sema.go",
                Frame::Runtime(None),
            ),
            (
                "main.runtime",
                "/home/me/src/app/runtime/x/main.go",
                Frame::Code,
            ),
        ] {
            assert_eq!(frame(&site(function, file)), expected, "{function}");
            if !file.starts_with('/') {
                let rooted = site(function, &format!("{go}{file}"));
                assert_eq!(frame(&rooted), expected, "{function} below GOROOT");
            }
        }
    }
}
