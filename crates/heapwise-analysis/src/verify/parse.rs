//! Claims as people write them.

use std::fmt;

use regex::Regex;

use super::claim::{Bound, Claim, GOROUTINES, Kind, Operator, SitePattern};
use super::decimal::Decimal;

/// The sample types that claims are about; `goroutines` is what profiles call `goroutine`.
const SAMPLE_TYPES: [&str; 5] = [
    "alloc_space",
    "alloc_objects",
    "inuse_space",
    "inuse_objects",
    "goroutines",
];

/// A claim that cannot be read: where, what was found and what was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimError {
    /// The place in the text in bytes, from 0.
    pub offset: usize,
    /// The same in characters, from 1.
    pub column: usize,
    found: String,
    expected: String,
}

impl fmt::Display for ClaimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "found {}, expected {}", self.found, self.expected)
    }
}

impl std::error::Error for ClaimError {}

impl Claim {
    /// Reads a claim: `SAMPLE_TYPE SITE OP BOUND`.
    ///
    /// ```text
    /// alloc_space total <= -30%              a change from the older side
    /// inuse_space main.cache <= 64MB         a value of the newer side
    /// alloc_objects cum:/^main\./ < 1200/op  for each operation, of every site that matches
    /// goroutines total <= 500
    /// goroutines main.worker growth none     over several dumps; anywhere on a stack
    /// goroutines leaked = 0                  by a profile of leaked goroutines
    /// goroutines main.old <= 0 optional      also where the site matches nothing
    /// ```
    ///
    /// Names may hold spaces, as those of lines do: the first word is the sample type, the last
    /// two are operator and bound.
    ///
    /// # Errors
    ///
    /// With the place of the first word that is not as expected.
    pub fn parse(text: &str) -> Result<Claim, ClaimError> {
        let mut words = words(text);
        let is_optional = words.len() > 4 && words.last().is_some_and(|w| w.text == "optional");
        if is_optional {
            words.pop();
        }
        let mut claim = Claim::of_words(text, &words)?;
        claim.optional = is_optional;
        Ok(claim)
    }

    fn of_words(text: &str, words: &[Word<'_>]) -> Result<Claim, ClaimError> {
        if let Some(claim) = goroutine_claim(text, words)? {
            return Ok(claim);
        }
        let error = |word: Word<'_>, expected: &str| error_at(text, word, expected);
        let at_end = Word {
            at: text.len(),
            text: "",
        };
        let first = words.first().copied().unwrap_or(at_end);
        if !SAMPLE_TYPES.contains(&first.text) {
            return Err(error(first, &one_of(&SAMPLE_TYPES)));
        }
        let [_, site @ .., operator, bound] = words else {
            let expected = match words.len() {
                1 => "a site: total, a function's name or /regexp/",
                2 => "an operator: <=, <, >= or >",
                _ => "a bound such as -30%, 64MB or 1200/op",
            };
            return Err(error(at_end, expected));
        };
        let (Some(site_start), Some(site_end)) = (site.first(), site.last()) else {
            // Three words: one is missing, and the operator tells which.
            return Err(match operator_of(bound.text) {
                Some(_) => error(at_end, "a bound such as -30%, 64MB or 1200/op"),
                None if operator_of(operator.text).is_some() => {
                    error(*operator, "a site: total, a function's name or /regexp/")
                }
                None => error(*bound, "an operator: <=, <, >= or >"),
            });
        };
        if operator_of(bound.text).is_some() {
            return Err(error(at_end, "a bound such as -30%, 64MB or 1200/op"));
        }
        let operation = operator_of(operator.text)
            .ok_or_else(|| error(*operator, "an operator: <=, <, >= or >"))?;
        let site_text = text
            .get(site_start.at..site_end.at + site_end.text.len())
            .unwrap_or_default();
        let (is_cumulative, name) = match site_text.strip_prefix("cum:") {
            Some(name) => (true, name),
            None => (false, site_text),
        };
        let at = site_start.at + site_text.len() - name.len();
        Ok(Claim {
            text: text.trim().to_owned(),
            sample_type: first.text.to_owned(),
            site: pattern(Word { at, text: name }, text)?,
            is_cumulative,
            operator: operation,
            bound: bound_of(*bound, first.text, text)?,
            optional: false,
        })
    }
}

impl SitePattern {
    /// Reads the SITE of a claim: `total`, a name, or `/regexp/`.
    ///
    /// # Errors
    ///
    /// An empty name, or a regular expression that is none.
    pub fn parse(text: &str) -> Result<SitePattern, ClaimError> {
        pattern(Word { at: 0, text }, text)
    }
}

/// What claims can say of goroutines only: `growth none`, `= N` and `leaked`. `None` for others.
fn goroutine_claim(text: &str, words: &[Word<'_>]) -> Result<Option<Claim>, ClaimError> {
    let [first, site @ .., operator, bound] = words else {
        return Ok(None);
    };
    let (Some(start), Some(end)) = (site.first(), site.last()) else {
        return Ok(None);
    };
    let name = text.get(start.at..end.at + end.text.len());
    let name = name.unwrap_or_default();
    let is_special = matches!(operator.text, "growth" | "=") || name == "leaked";
    if first.text != GOROUTINES || !is_special {
        return Ok(None);
    }
    let at = start.at;
    let site = match name {
        "leaked" => SitePattern(Kind::Leaked),
        name => pattern(Word { at, text: name }, text)?,
    };
    let (operator, bound) = match (operator.text, bound.text) {
        ("growth", "none") => (Operator::AtMost, Bound::NoGrowth),
        ("growth", _) => return Err(error_at(text, *bound, "none")),
        ("=", _) => (Operator::Equal, bound_of(*bound, GOROUTINES, text)?),
        (other, _) => {
            let known = operator_of(other)
                .ok_or_else(|| error_at(text, *operator, "an operator: <=, <, >=, > or ="))?;
            (known, bound_of(*bound, GOROUTINES, text)?)
        }
    };
    if bound.is_relative() {
        let last = words.last().copied().unwrap_or(*first);
        return Err(error_at(text, last, "a number such as 0"));
    }
    Ok(Some(Claim {
        text: text.trim().to_owned(),
        sample_type: GOROUTINES.to_owned(),
        site,
        is_cumulative: true,
        operator,
        bound,
        optional: false,
    }))
}

#[derive(Debug, Clone, Copy)]
struct Word<'a> {
    at: usize,
    text: &'a str,
}

fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut rest = 0;
    for word in text.split_whitespace() {
        let at = text
            .get(rest..)
            .and_then(|text| text.find(word))
            .unwrap_or(0)
            + rest;
        words.push(Word { at, text: word });
        rest = at + word.len();
    }
    words
}

fn error_at(text: &str, word: Word<'_>, expected: &str) -> ClaimError {
    let before = text.get(..word.at).unwrap_or(text);
    ClaimError {
        offset: word.at,
        column: before.chars().count() + 1,
        found: match word.text {
            "" => "the end".to_owned(),
            other => format!("{other:?}"),
        },
        expected: expected.to_owned(),
    }
}

fn one_of(names: &[&str]) -> String {
    format!("one of {}", names.join(", "))
}

fn operator_of(text: &str) -> Option<Operator> {
    use Operator::{Above, AtLeast, AtMost, Below};
    let all = [AtMost, Below, AtLeast, Above];
    all.into_iter().find(|known| known.symbol() == text)
}

fn pattern(word: Word<'_>, whole: &str) -> Result<SitePattern, ClaimError> {
    let between = word.text.strip_prefix('/');
    let between = between.and_then(|text| text.strip_suffix('/'));
    match (word.text, between) {
        ("", _) | (_, Some("")) => Err(error_at(
            whole,
            word,
            "a site: total, a function's name or /regexp/",
        )),
        ("total", _) => Ok(SitePattern(Kind::Total)),
        (_, Some(regexp)) => match Regex::new(regexp) {
            Ok(regexp) => Ok(SitePattern(Kind::Matching(regexp))),
            Err(error) => {
                let reason = error.to_string();
                let reason = reason.lines().last().unwrap_or_default();
                let reason = reason.strip_prefix("error: ").unwrap_or(reason);
                let expected = format!("a regular expression ({reason})");
                Err(error_at(whole, word, &expected))
            }
        },
        (name, None) => Ok(SitePattern(Kind::Named(name.to_owned()))),
    }
}

fn bound_of(word: Word<'_>, sample_type: &str, whole: &str) -> Result<Bound, ClaimError> {
    let error = |expected: &str| error_at(whole, word, expected);
    if let Some(percent) = word.text.strip_suffix('%') {
        let signed = percent.starts_with(['+', '-']);
        let change = Decimal::parse(percent).filter(|change| change.value() >= -100.0);
        return match change {
            Some(change) if signed || change.value() == 0.0 => Ok(Bound::Change(change)),
            Some(_) => Err(error(&format!(
                "a change with its sign: +{0}% or -{0}%",
                percent
            ))),
            None => Err(error("a change of -100% or more, such as -30% or +5%")),
        };
    }
    let (amount, per_operation) = match word.text.strip_suffix("/op") {
        Some(amount) => (amount, true),
        None => (word.text, false),
    };
    if per_operation && !sample_type.starts_with("alloc_") {
        return Err(error("a bound without /op: what is in use is a level"));
    }
    let value = amount_of(amount, sample_type.ends_with("_space")).map_err(error)?;
    Ok(if per_operation {
        Bound::PerOperation(value)
    } else {
        Bound::Value(value)
    })
}

/// An amount in bytes or objects. Units are powers of 1024 as pprof's are.
fn amount_of(text: &str, is_space: bool) -> Result<Decimal, &'static str> {
    const BYTES: &str = "bytes such as 1200, 64kB or 1.5MB";
    const COUNT: &str = "a number such as 1200";
    let expected = if is_space { BYTES } else { COUNT };
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.get(number.len()..).unwrap_or_default();
    let shift = match unit.to_ascii_lowercase().as_str() {
        "" => 0,
        _ if !is_space => return Err(COUNT),
        "b" => 0,
        "kb" | "kib" => 10,
        "mb" | "mib" => 20,
        "gb" | "gib" => 30,
        "tb" | "tib" => 40,
        _ => return Err(BYTES),
    };
    match Decimal::parse(number) {
        Some(amount) if amount.value() >= 0.0 && !number.starts_with(['+', '-']) => {
            Ok(amount.times(1 << shift))
        }
        _ => Err(expected),
    }
}
