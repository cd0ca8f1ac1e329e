//! pprof's way of spelling options: one dash, underscores, booleans with a value.

use std::ffi::OsString;

/// Options that may have a single dash and underscores. A closed list, so that `-n5`, `-o` and `-`
/// keep their meaning.
const LONG: [&str; 19] = [
    "addresses",
    "base",
    "cum",
    "diff_base",
    "edgefraction",
    "filefunctions",
    "files",
    "flat",
    "functions",
    "granularity",
    "lines",
    "nodecount",
    "nodefraction",
    "output",
    "packages",
    "sample_index",
    "symbolize",
    "top",
    "text",
];

/// Short for `sample_index`.
const SAMPLE_TYPES: [&str; 4] = [
    "inuse_space",
    "inuse_objects",
    "alloc_space",
    "alloc_objects",
];

/// Respells arguments as clap expects them.
pub(crate) fn pprof_spelling(args: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut only_names = false;
    args.map(|arg| {
        if arg == "--" {
            only_names = true;
        }
        if only_names {
            return arg;
        }
        match arg.to_str().and_then(respell) {
            Some(respelled) => respelled.into(),
            None => arg,
        }
    })
    .collect()
}

fn respell(arg: &str) -> Option<String> {
    let name = arg.strip_prefix('-')?;
    let name = name.strip_prefix('-').unwrap_or(name);
    let (name, value) = match name.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (name, None),
    };
    let underscored = name.replace('-', "_");
    if SAMPLE_TYPES.contains(&underscored.as_str()) {
        return Some(format!("--sample-index={underscored}"));
    }
    if !LONG.contains(&underscored.as_str()) {
        return None;
    }
    let dashed = underscored.replace('_', "-");
    Some(match value {
        Some(value) => format!("--{dashed}={value}"),
        None => format!("--{dashed}"),
    })
}

#[cfg(test)]
mod tests {
    use super::pprof_spelling;

    fn respelled(args: &[&str]) -> Vec<String> {
        pprof_spelling(args.iter().map(Into::into))
            .into_iter()
            .map(|arg| arg.to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn takes_options_as_pprof_spells_them() {
        assert_eq!(
            respelled(&[
                "top",
                "-sample_index=alloc_space",
                "--sample_index",
                "x",
                "-cum=false"
            ]),
            [
                "top",
                "--sample-index=alloc_space",
                "--sample-index",
                "x",
                "--cum=false"
            ]
        );
        assert_eq!(
            respelled(&["-inuse_space", "-n5", "-", "-o", "-lines"]),
            ["--sample-index=inuse_space", "-n5", "-", "-o", "--lines"]
        );
    }

    #[test]
    fn leaves_everything_behind_two_dashes_alone() {
        assert_eq!(respelled(&["--", "-cum"]), ["--", "-cum"]);
    }
}
