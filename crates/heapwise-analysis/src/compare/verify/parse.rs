//! Claims as people write them.

use crate::error::{Error, ErrorKind, Result};
use regex::Regex;

use super::bound_unit::{Allowed, BoundUnit};
use super::claim::{Bound, Claim, GOROUTINES, Kind, Operator, SitePattern};
use super::decimal::Decimal;
use super::gc_measure::COLLECTOR;
use super::gc_parse::{GcClaim, gc_claim};

const SITE: &str = "a site: total, a function's name or /regexp/";
const OPERATOR: &str = "an operator: <=, <, >= or >";
const BOUND: &str = "a bound such as -30%, 64MB or 1200/op";
const SAMPLE_TYPE: &str = "a sample type such as alloc_space, inuse_objects, cpu or goroutines";
/// The word behind a claim whose site need not exist.
const OPTIONAL: &str = "optional";

impl Claim {
    /// Reads a claim: `SAMPLE_TYPE SITE OP BOUND`, then perhaps `optional`.
    ///
    /// ```text
    /// alloc_space total <= -30%              a change from the older side
    /// inuse_space main.cache <= 64MB         a value of the newer side
    /// alloc_objects cum:/^main\./ < 1200/op  for each operation, of every site that matches
    /// goroutines total <= 500
    /// goroutines main.worker growth none     over several dumps; anywhere on a stack
    /// goroutines leaked = 0                  by a profile of leaked goroutines
    /// inuse_space main.cache growth none     over several snapshots of one process
    /// inuse_space total growth <= 1MB/h
    /// gc pause_p99 <= 1ms                    of the collector, by its snapshots or logs
    /// gc alloc_rate <= -20%                  a change from the older snapshots
    /// gc heap growth none                    over several snapshots
    /// no escape at main.handle               by what the compiler decided
    /// advice none above 5%                   of the total
    /// cpu /^regexp[.]/ <= 10s optional       holds also where there is no such site
    /// ```
    ///
    /// Names may hold spaces, as those of lines do: the first word is the sample type, the last
    /// two are operator and bound. Which sample types there are is for the profiles to say.
    ///
    /// # Errors
    ///
    /// With the place of the first word that is not as expected.
    pub fn parse(text: &str) -> Result<Claim> {
        let all = words(text);
        let Some((last, rest)) = all.split_last() else {
            return Err(error_at(text, end_of(text), SAMPLE_TYPE));
        };
        if last.text != OPTIONAL || rest.len() < 3 {
            return demanded(text, &all);
        }
        let claim = demanded(text, rest)?;
        let expected = "the end: the total is always there";
        let optional = claim.into_optional();
        optional.ok_or_else(|| error_at(text, *last, expected))
    }
}

/// Reads the words of a claim before `optional`.
fn demanded(text: &str, words: &[Word<'_>]) -> Result<Claim> {
    if let Some(claim) = goroutine_claim(text, words)? {
        return Ok(claim);
    }
    if words.first().is_some_and(|first| first.text == COLLECTOR) {
        return collector_claim(text, words);
    }
    if let Some(claim) = explanation_claim(text, words)? {
        return Ok(claim);
    }
    if let Some(claim) = level_claim(text, words)? {
        return Ok(claim);
    }
    let first = words.first().copied().unwrap_or(end_of(text));
    // A number would be one to pprof: the place of a sample type.
    if !first.text.starts_with(|c: char| c.is_alphabetic()) {
        return Err(error_at(text, first, SAMPLE_TYPE));
    }
    let (site, operator, bound) = parts(text, words)?;
    let (is_cumulative, name) = match site.text.strip_prefix("cum:") {
        Some(name) => (true, name),
        None => (false, site.text),
    };
    let at = site.at + site.text.len() - name.len();
    let (value, unit) = bound_of(bound, first.text, text)?;
    Ok(Claim {
        text: text.trim().to_owned(),
        sample_type: first.text.to_owned(),
        site: pattern(Word { at, text: name }, text)?,
        is_cumulative,
        operator,
        bound: value,
        unit,
        optional: false,
    })
}

/// Site, operator and bound, which follow the sample type.
fn parts<'a>(text: &'a str, words: &[Word<'a>]) -> Result<(Word<'a>, Operator, Word<'a>)> {
    let missing = |expected: &str| error_at(text, end_of(text), expected);
    let [_, site @ .., operator, bound] = words else {
        return Err(missing(match words.len() {
            1 => SITE,
            2 => OPERATOR,
            _ => BOUND,
        }));
    };
    let is_operator = |word: &Word<'_>| operator_of(word.text).is_some();
    let (Some(start), Some(end)) = (site.first(), site.last()) else {
        // Three words: one is missing, and the operator tells which.
        return Err(match (is_operator(operator), is_operator(bound)) {
            (_, true) => missing(BOUND),
            (true, false) => error_at(text, *operator, SITE),
            (false, false) => error_at(text, *bound, OPERATOR),
        });
    };
    if is_operator(bound) {
        return Err(missing(BOUND));
    }
    let Some(operation) = operator_of(operator.text) else {
        let is_behind = is_operator(end) && site.len() > 1;
        return Err(match is_behind {
            true => error_at(text, *bound, "optional, or the end"),
            false => error_at(text, *operator, OPERATOR),
        });
    };
    let name = text.get(start.at..end.at + end.text.len());
    let site = Word {
        at: start.at,
        text: name.unwrap_or_default(),
    };
    Ok((site, operation, *bound))
}

impl SitePattern {
    /// Reads the SITE of a claim: `total`, a name, or `/regexp/`.
    ///
    /// # Errors
    ///
    /// An empty name, or a regular expression that is none.
    pub fn parse(text: &str) -> Result<SitePattern> {
        pattern(Word { at: 0, text }, text)
    }
}

/// What claims can say of goroutines only: `growth none`, `= N` and `leaked`. `None` for others.
fn goroutine_claim(text: &str, words: &[Word<'_>]) -> Result<Option<Claim>> {
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
    let value = |bound: &Word<'_>| bound_of(*bound, GOROUTINES, text).map(|(value, _)| value);
    let (operator, bound) = match (operator.text, bound.text) {
        ("growth", "none") => (Operator::AtMost, Bound::NoGrowth),
        ("growth", _) => return Err(error_at(text, *bound, "none")),
        ("=", _) => (Operator::Equal, value(bound)?),
        (other, _) => {
            let known = operator_of(other)
                .ok_or_else(|| error_at(text, *operator, "an operator: <=, <, >=, > or ="))?;
            (known, value(bound)?)
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
        unit: BoundUnit::Plain,
        optional: false,
    }))
}

/// What can be claimed of a level in use over time: `growth none` and `growth <= 1MB/h`. `None` for others.
fn level_claim(text: &str, words: &[Word<'_>]) -> Result<Option<Claim>> {
    let Some(at) = words.iter().rposition(|word| word.text == "growth") else {
        return Ok(None);
    };
    let (before, after) = words.split_at(at);
    let [first, site @ ..] = before else {
        return Ok(None);
    };
    let (Some(start), Some(end)) = (site.first(), site.last()) else {
        return Ok(None);
    };
    let is_claim = |word: &&Word<'_>| word.text == "none" || operator_of(word.text).is_some();
    let Some(next) = after.get(1).filter(is_claim) else {
        return Ok(None);
    };
    if first.text == GOROUTINES {
        return Err(error_at(
            text,
            *next,
            "none: growth of goroutines takes no rate",
        ));
    }
    if !matches!(first.text, "inuse_space" | "inuse_objects") {
        return Err(error_at(
            text,
            *first,
            "inuse_space, inuse_objects or goroutines: what was allocated only grows",
        ));
    }
    let name = text
        .get(start.at..end.at + end.text.len())
        .unwrap_or_default();
    let (is_cumulative, name) = match name.strip_prefix("cum:") {
        Some(name) => (true, name),
        None => (false, name),
    };
    let site = pattern(
        Word {
            at: start.at,
            text: name,
        },
        text,
    )?;
    let (operator, bound, unit) =
        level_bound(text, first.text, *next, after.get(2..).unwrap_or_default())?;
    Ok(Some(Claim {
        text: text.trim().to_owned(),
        sample_type: first.text.to_owned(),
        site,
        is_cumulative,
        operator,
        bound,
        unit,
        optional: false,
    }))
}

fn level_bound(
    text: &str,
    sample_type: &str,
    operator: Word<'_>,
    rest: &[Word<'_>],
) -> Result<(Operator, Bound, BoundUnit)> {
    const RATE: &str = "a rate by the hour such as 1MB/h";
    let ends = |rest: &[Word<'_>]| match rest.first() {
        None => Ok(()),
        Some(word) => Err(error_at(text, *word, "optional, or the end")),
    };
    if operator.text == "none" {
        ends(rest)?;
        return Ok((Operator::AtMost, Bound::NoGrowth, BoundUnit::Plain));
    }
    let known = operator_of(operator.text).filter(|known| known.is_upper());
    let known = known.ok_or_else(|| error_at(text, operator, "none, <= or <"))?;
    let (bound, rest) = rest
        .split_first()
        .ok_or_else(|| error_at(text, end_of(text), RATE))?;
    let amount = bound.text.strip_suffix("/h");
    let amount = amount.and_then(|amount| Allowed::of(sample_type).amount(amount));
    let (value, unit) = amount.ok_or_else(|| error_at(text, *bound, RATE))?;
    ends(rest)?;
    Ok((known, Bound::Growth(value), unit))
}

/// What can be claimed of the collector.
fn collector_claim(text: &str, words: &[Word<'_>]) -> Result<Claim> {
    let plain: Vec<&str> = words.iter().map(|word| word.text).collect();
    let GcClaim {
        measure,
        operator,
        bound,
    } = gc_claim(&plain).map_err(|(place, expected)| {
        let word = words.get(place).copied().unwrap_or(end_of(text));
        error_at(text, word, expected)
    })?;
    Ok(Claim {
        text: text.trim().to_owned(),
        sample_type: COLLECTOR.to_owned(),
        site: SitePattern(Kind::Collector(measure)),
        is_cumulative: false,
        operator,
        bound,
        unit: BoundUnit::Plain,
        optional: false,
    })
}

/// Reads `no escape at FUNCTION` and `advice none above PERCENT`.
fn explanation_claim(text: &str, words: &[Word<'_>]) -> Result<Option<Claim>> {
    let plain: Vec<&str> = words.iter().map(|word| word.text).collect();
    let at = |place: usize| words.get(place).copied().unwrap_or(end_of(text));
    let expect = |place: usize, expected: &'static str| match plain.get(place) {
        Some(&word) if word == expected => Ok(()),
        _ => Err(error_at(text, at(place), expected)),
    };
    let (site, bound, ends) = match plain.first() {
        Some(&"no") => {
            expect(1, "escape")?;
            expect(2, "at")?;
            let name = words
                .get(3..)
                .and_then(|rest| rest.first().zip(rest.last()));
            let Some((first, last)) = name else {
                return Err(error_at(
                    text,
                    end_of(text),
                    "a function's name or /regexp/",
                ));
            };
            let name = text.get(first.at..last.at + last.text.len());
            let name = Word {
                at: first.at,
                text: name.unwrap_or_default(),
            };
            let functions = pattern(name, text)?;
            (
                Kind::Escape(Box::new(functions)),
                Decimal::parse("0"),
                words.len(),
            )
        }
        Some(&"advice") => {
            expect(1, "none")?;
            expect(2, "above")?;
            let percent = plain.get(3).and_then(|word| word.strip_suffix('%'));
            (Kind::Advice, percent.and_then(Decimal::parse), 4)
        }
        _ => return Ok(None),
    };
    let bound = bound.ok_or_else(|| error_at(text, at(3), "a part of the total such as 5%"))?;
    if words.len() > ends {
        return Err(error_at(text, at(ends), "the end"));
    }
    Ok(Some(Claim {
        text: text.trim().to_owned(),
        sample_type: "alloc_space".to_owned(),
        site: SitePattern(site),
        is_cumulative: false,
        operator: Operator::AtMost,
        bound: Bound::Value(bound),
        unit: BoundUnit::Plain,
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

fn error_at(text: &str, word: Word<'_>, expected: &str) -> Error {
    let before = text.get(..word.at).unwrap_or(text);
    ErrorKind::Claim {
        offset: word.at,
        column: before.chars().count() + 1,
        found: match word.text {
            "" => "the end".to_owned(),
            other => format!("{other:?}"),
        },
        expected: expected.to_owned(),
    }
    .into()
}

fn end_of(text: &str) -> Word<'_> {
    Word {
        at: text.len(),
        text: "",
    }
}

fn operator_of(text: &str) -> Option<Operator> {
    use Operator::{Above, AtLeast, AtMost, Below};
    let all = [AtMost, Below, AtLeast, Above];
    all.into_iter().find(|known| known.symbol() == text)
}

fn pattern(word: Word<'_>, whole: &str) -> Result<SitePattern> {
    let between = word.text.strip_prefix('/');
    let between = between.and_then(|text| text.strip_suffix('/'));
    match (word.text, between) {
        ("", _) | (_, Some("")) => Err(error_at(whole, word, SITE)),
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

fn bound_of(word: Word<'_>, sample_type: &str, whole: &str) -> Result<(Bound, BoundUnit)> {
    let error = |expected: &str| error_at(whole, word, expected);
    if let Some(percent) = word.text.strip_suffix('%') {
        let signed = percent.starts_with(['+', '-']);
        let change = Decimal::parse(percent).filter(|change| change.value() >= -100.0);
        return match change {
            Some(change) if signed || change.value() == 0.0 => {
                Ok((Bound::Change(change), BoundUnit::Plain))
            }
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
    if per_operation && is_level(sample_type) {
        return Err(error("a bound without /op: what is in use is a level"));
    }
    let allowed = Allowed::of(sample_type);
    let (value, unit) = allowed
        .amount(amount)
        .ok_or_else(|| error(allowed.expected()))?;
    Ok(if per_operation {
        (Bound::PerOperation(value), unit)
    } else {
        (Bound::Value(value), unit)
    })
}

/// Whether a sample type counts what is there, not what has happened.
fn is_level(sample_type: &str) -> bool {
    sample_type.starts_with("inuse_")
        || sample_type.starts_with("goroutine")
        || matches!(sample_type, "space" | "objects" | "threadcreate")
}
