//! What the ending of an output's name promises, and whether that is what is written.

use anyhow::bail;

/// What no command writes.
const OF_NOTHING: [&str; 19] = [
    "svg", "png", "gif", "jpg", "jpeg", "webp", "pdf", "ps", "eps", "html", "htm", "parquet",
    "ndjson", "jsonl", "yaml", "yml", "tsv", "xlsx", "zip",
];

/// What profiles are written as.
const OF_PROFILES: [&str; 11] = [
    "pb",
    "otlp",
    "gz",
    "zst",
    "pprof",
    "prof",
    "folded",
    "dot",
    "gv",
    "callgrind",
    "grind",
];

/// What answers are written as.
const OF_ANSWERS: [&str; 8] = [
    "txt", "text", "json", "csv", "md", "markdown", "xml", "bench",
];

/// Refuses a name for an answer that promises a picture, a profile or anything else.
pub(crate) fn expect_answer(path: Option<&str>, formats: &[&str]) -> anyhow::Result<()> {
    let Some((path, ending)) = promised(path, &OF_PROFILES) else {
        return Ok(());
    };
    let advice = match OF_PROFILES.contains(&ending.as_str()) {
        true => "convert writes that",
        false => picture(&ending),
    };
    bail!(
        "{path}: found the ending .{ending}, expected one of {} (-f writes any name; {advice})",
        formats.join(", ")
    )
}

/// Refuses a name for a profile that promises a picture, an answer or anything else.
pub(crate) fn expect_profile(path: Option<&str>) -> anyhow::Result<()> {
    let Some((path, ending)) = promised(path, &OF_ANSWERS) else {
        return Ok(());
    };
    if is_otlp_json(path) {
        return Ok(());
    }
    let advice = match OF_ANSWERS.contains(&ending.as_str()) {
        true => "top, tree and others write answers",
        false => picture(&ending),
    };
    bail!(
        "{path}: found the ending .{ending}, expected .pb.gz, .folded, .dot or .callgrind (--to writes any name; {advice})"
    )
}

/// Whether a name is one of OTLP profiles in JSON.
pub(crate) fn is_otlp_json(path: &str) -> bool {
    path.to_ascii_lowercase().ends_with(".otlp.json")
}

fn picture(ending: &str) -> &'static str {
    match ending {
        "svg" | "html" | "htm" => "heapwise flame writes that",
        "png" | "gif" | "jpg" | "jpeg" | "webp" | "pdf" | "ps" | "eps" => {
            "for a picture: heapwise flame -o x.svg PROFILE"
        }
        _ => "heapwise writes no such form",
    }
}

/// A name and its ending, where that promises what is not written.
fn promised<'p>(path: Option<&'p str>, others: &[&str]) -> Option<(&'p str, String)> {
    let path = path.filter(|path| !path.starts_with("/dev/"))?;
    let (_, name) = path.rsplit_once(['/', '\\']).unwrap_or(("", path));
    let (_, ending) = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty())?;
    let ending = ending.to_ascii_lowercase();
    let is_other = OF_NOTHING.contains(&ending.as_str()) || others.contains(&ending.as_str());
    is_other.then_some((path, ending))
}

#[cfg(test)]
mod tests {
    use super::{expect_answer, expect_profile};

    #[test]
    fn what_cannot_be_written_is_refused() {
        for name in ["x.svg", "out/x.PNG", "x.pb.gz", "x.dot", "a.b/x.html"] {
            let error = expect_answer(Some(name), &["text"]).map_err(|error| error.to_string());
            assert!(
                error.is_err_and(|error| error.contains("expected one of text")),
                "{name}"
            );
        }
        for name in ["x.svg", "x.json", "x.txt", "x.md", "x.pdf"] {
            let error = expect_profile(Some(name)).map_err(|error| error.to_string());
            assert!(
                error.is_err_and(|error| error.contains(".folded")),
                "{name}"
            );
        }
    }

    #[test]
    fn other_names_promise_nothing() {
        for name in ["x", "x.txt", "x.log", ".svg", "a.svg/x", "/dev/stdout", "-"] {
            assert!(expect_answer(Some(name), &[]).is_ok(), "{name}");
        }
        for name in [
            "x",
            "x.pb.gz",
            "x.out",
            "x.pprof",
            "heap.prof",
            "x.dot",
            "x.otlp",
            "x.otlp.json",
        ] {
            assert!(expect_profile(Some(name)).is_ok(), "{name}");
        }
        assert!(expect_answer(None, &[]).is_ok() && expect_profile(None).is_ok());
    }
}
