//! Things that cost much to make, made for each call: make them once.

use super::draft::Draft;
use super::line::Line;
use super::rule::{Evidence, Rule};

const TEXTS: (&str, &str) = (
    "make it once: a package variable for what does not change (a compiled pattern, a template, a location), a pool with \
     Reset for what does (a compressor, a buffered reader or writer)",
    "what it is made of differs with each call",
);

/// Functions that make what can be used again, by what they begin with.
const MAKERS: [&str; 20] = [
    // Writers allocate when they are written to for the first time.
    "compress/gzip.(*Writer).",
    "compress/zlib.(*Writer).",
    "compress/flate.(*Writer).",
    "regexp.MustCompile",
    "regexp.Compile",
    "regexp.MatchString",
    "regexp.Match",
    "regexp.compile",
    "text/template.(*Template).Parse",
    "html/template.(*Template).Parse",
    "compress/gzip.NewWriter",
    "compress/gzip.NewReader",
    "compress/zlib.NewWriter",
    "compress/zlib.NewReader",
    "compress/flate.NewWriter",
    "compress/flate.NewReader",
    "bufio.NewWriter",
    "bufio.NewReader",
    "strings.NewReplacer",
    "time.LoadLocation",
];

pub(super) fn advise(line: &Line<'_>) -> Option<Draft> {
    let maker = line.called(&MAKERS)?;
    let kept = line.kept.filter(|_| line.is_short_lived())?;
    Some(Draft {
        rule: Rule::Reuse,
        texts: TEXTS,
        evidence: [vec![Evidence::Calls(maker)], line.facts()].concat(),
        parts: Some((0.0, 1.0 - kept.part)),
    })
}
