//! pprof's way of spelling options: one dash, underscores, booleans with a value.

use std::ffi::OsString;

/// Options with a value that may have a single dash and underscores. A closed list, so that `-n5`,
/// `-o` and `-` keep their meaning.
const VALUES: [&str; 26] = [
    "add_comment",
    "base",
    "diff_base",
    "divide_by",
    "edgefraction",
    "focus",
    "granularity",
    "hide",
    "ignore",
    "nodecount",
    "nodefraction",
    "output",
    "prune_from",
    "sample_index",
    "show",
    "show_from",
    "source_path",
    "tagfocus",
    "taghide",
    "tagignore",
    "tagleaf",
    "tagroot",
    "tagshow",
    "trim",
    "trim_path",
    "unit",
];

/// Options that are on or off; pprof takes `=true` and `=false` behind them.
const SWITCHES: [&str; 18] = [
    "addresses",
    "all_frames",
    "call_tree",
    "compact_labels",
    "cum",
    "drop_negative",
    "filefunctions",
    "files",
    "flat",
    "functions",
    "lines",
    "mean",
    "noinlines",
    "normalize",
    "packages",
    "pprof_compatible",
    "relative_percentages",
    "showcolumns",
];

/// Short for `sample_index`, with the type that they mean (driver/cli.go: parseFlags).
const SAMPLE_TYPES: [(&str, &str); 7] = [
    ("inuse_space", "inuse_space"),
    ("inuse_objects", "inuse_objects"),
    ("alloc_space", "alloc_space"),
    ("alloc_objects", "alloc_objects"),
    ("contentions", "contentions"),
    ("total_delay", "delay"),
    ("mean_delay", "delay"),
];

/// Respells arguments as clap expects them.
pub(crate) fn pprof_spelling(args: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut only_names = false;
    let mut respelled = Vec::new();
    for arg in args {
        only_names |= arg == "--";
        match arg.to_str().filter(|_| !only_names).and_then(respell) {
            Some(words) => respelled.extend(words.into_iter().map(OsString::from)),
            None => respelled.push(arg),
        }
    }
    respelled
}

/// What an option stands for; `None` for what is no option of pprof's.
fn respell(arg: &str) -> Option<Vec<String>> {
    let name = arg.strip_prefix('-')?;
    let name = name.strip_prefix('-').unwrap_or(name);
    let (name, value) = match name.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (name, None),
    };
    let underscored = name.replace('-', "_");
    let dashed = format!("--{}", underscored.replace('_', "-"));
    if let Some((short, type_)) = SAMPLE_TYPES.iter().find(|(short, _)| *short == underscored) {
        return switch(value).map(|is_on| sample_type(short, type_, is_on));
    }
    if SWITCHES.contains(&underscored.as_str()) {
        return Some(match switch(value) {
            Some(true) => vec![dashed],
            Some(false) => Vec::new(),
            None => vec![format!("{dashed}={}", value.unwrap_or_default())],
        });
    }
    if !VALUES.contains(&underscored.as_str()) {
        return None;
    }
    Some(vec![match value {
        Some(value) => format!("{dashed}={value}"),
        None => dashed,
    }])
}

fn sample_type(short: &str, type_: &str, is_on: bool) -> Vec<String> {
    let mut words = Vec::new();
    if is_on {
        words.push(format!("--sample-index={type_}"));
        if short == "mean_delay" {
            words.push("--mean".to_owned());
        }
    }
    words
}

/// What a switch's value means (Go's strconv.ParseBool).
fn switch(value: Option<&str>) -> Option<bool> {
    match value {
        None | Some("1" | "t" | "T" | "true" | "TRUE" | "True") => Some(true),
        Some("0" | "f" | "F" | "false" | "FALSE" | "False") => Some(false),
        Some(_) => None,
    }
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
                "-cum=false",
                "-lines=true",
                "-trim=false",
            ]),
            [
                "top",
                "--sample-index=alloc_space",
                "--sample-index",
                "x",
                "--lines",
                "--trim=false",
            ]
        );
        assert_eq!(
            respelled(&["-inuse_space", "-n5", "-", "-o", "-lines", "-mean_delay"]),
            [
                "--sample-index=inuse_space",
                "-n5",
                "-",
                "-o",
                "--lines",
                "--sample-index=delay",
                "--mean",
            ]
        );
    }

    #[test]
    fn leaves_a_switch_with_another_value_to_be_refused() {
        assert_eq!(respelled(&["-cum=perhaps"]), ["--cum=perhaps"]);
    }

    #[test]
    fn leaves_everything_behind_two_dashes_alone() {
        assert_eq!(respelled(&["--", "-cum"]), ["--", "-cum"]);
    }
}
