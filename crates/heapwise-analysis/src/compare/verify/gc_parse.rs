//! Claims about the collector as people write them.

use super::bound_unit::{Allowed, BoundUnit};
use super::claim::{Bound, Operator};
use super::decimal::Decimal;
use super::gc_measure::GcMeasure;

/// What a claim about the collector says.
pub(super) struct GcClaim {
    pub(super) measure: GcMeasure,
    pub(super) operator: Operator,
    pub(super) bound: Bound,
}

const MEASURE: &str =
    "a number of the collector: pause_p50, pause_p99, pause_max, alloc_rate, cpu, rate or heap";
const OPERATOR: &str = "an operator: <=, <, >= or >";

/// What is expected at which word instead.
type Unexpected = (usize, &'static str);

/// Reads the words of a claim, of which the first is `gc`.
pub(super) fn gc_claim(words: &[&str]) -> Result<GcClaim, Unexpected> {
    let known = |word: &&str| GcMeasure::ALL.into_iter().find(|one| one.name() == *word);
    let measure = words.get(1).and_then(known).ok_or((1, MEASURE))?;
    if words.get(2) == Some(&"growth") {
        return growth(measure, words);
    }
    let all = [
        Operator::AtMost,
        Operator::Below,
        Operator::AtLeast,
        Operator::Above,
    ];
    let is_word = |one: &Operator| words.get(2) == Some(&one.symbol());
    let operator = all.into_iter().find(is_word).ok_or((2, OPERATOR))?;
    let bound = words.get(3).ok_or((3, expected(measure)))?;
    let bound = bound_of(measure, bound).ok_or((3, expected(measure)))?;
    ends(words)?;
    Ok(GcClaim {
        measure,
        operator,
        bound,
    })
}

fn growth(measure: GcMeasure, words: &[&str]) -> Result<GcClaim, Unexpected> {
    if measure != GcMeasure::Heap {
        return Err((2, OPERATOR));
    }
    if words.get(3) != Some(&"none") {
        return Err((3, "none"));
    }
    ends(words)?;
    Ok(GcClaim {
        measure,
        operator: Operator::AtMost,
        bound: Bound::NoGrowth,
    })
}

fn ends(words: &[&str]) -> Result<(), Unexpected> {
    match words.len() {
        4 => Ok(()),
        _ => Err((4, "the end")),
    }
}

fn expected(measure: GcMeasure) -> &'static str {
    match measure {
        GcMeasure::PauseMax => "a time such as 1ms",
        GcMeasure::PauseP50 | GcMeasure::PauseP99 => {
            "a time such as 1ms, or a change with its sign such as -30%"
        }
        GcMeasure::AllocRate => "bytes such as 64MB/s, or a change with its sign such as -30%",
        GcMeasure::Cpu => "a share such as 5%, or a change with its sign such as -30%",
        GcMeasure::Rate => "a number such as 2/s, or a change with its sign such as -30%",
        GcMeasure::Heap => "bytes such as 64MB, or a change with its sign such as -30%",
    }
}

/// Values are in the unit of the measure, shares in percent.
fn bound_of(measure: GcMeasure, text: &str) -> Option<Bound> {
    if let Some(percent) = text.strip_suffix('%') {
        return match percent.starts_with(['+', '-']) {
            true => change(measure, percent),
            false if measure == GcMeasure::Cpu => Decimal::parse(percent).map(Bound::Value),
            false => change(measure, percent).filter(|_| percent == "0"),
        };
    }
    let per_second = text.strip_suffix("/s");
    let (allowed, unit, text) = match measure {
        GcMeasure::Cpu => return None,
        GcMeasure::AllocRate => (Allowed::Bytes, BoundUnit::Bytes, per_second.unwrap_or(text)),
        GcMeasure::Rate => (Allowed::Count, BoundUnit::Plain, per_second.unwrap_or(text)),
        GcMeasure::Heap => (Allowed::Bytes, BoundUnit::Bytes, text),
        _ => (Allowed::Any, BoundUnit::Time, text),
    };
    let (value, found) = allowed.amount(text)?;
    let is_plain_bytes = allowed == Allowed::Bytes && found == BoundUnit::Plain;
    (found == unit || is_plain_bytes).then_some(Bound::Value(value))
}

fn change(measure: GcMeasure, percent: &str) -> Option<Bound> {
    let change = Decimal::parse(percent).filter(|change| change.value() >= -100.0)?;
    (measure != GcMeasure::PauseMax).then_some(Bound::Change(change))
}

#[cfg(test)]
mod tests {
    use super::{GcMeasure, bound_of, gc_claim};
    use crate::compare::verify::Bound;

    #[test]
    fn reads_bounds_in_the_unit_of_what_they_bound() {
        let value = |measure, text| match bound_of(measure, text) {
            Some(Bound::Value(value)) => Some(("value", value.value())),
            Some(Bound::Change(value)) => Some(("change", value.value())),
            _ => None,
        };
        assert_eq!(value(GcMeasure::PauseP99, "1ms"), Some(("value", 1e6)));
        assert_eq!(value(GcMeasure::PauseP99, "-5%"), Some(("change", -5.0)));
        assert_eq!(value(GcMeasure::PauseP99, "1"), None);
        assert_eq!(value(GcMeasure::PauseMax, "-5%"), None);
        assert_eq!(value(GcMeasure::Cpu, "5%"), Some(("value", 5.0)));
        assert_eq!(value(GcMeasure::Cpu, "+5%"), Some(("change", 5.0)));
        assert_eq!(value(GcMeasure::Cpu, "0.05"), None);
        assert_eq!(value(GcMeasure::Rate, "2/s"), Some(("value", 2.0)));
        assert_eq!(value(GcMeasure::Rate, "5%"), None);
        let megabyte = Some(("value", 1_048_576.0));
        assert_eq!(value(GcMeasure::AllocRate, "1MB/s"), megabyte);
        assert_eq!(value(GcMeasure::Heap, "1MB"), megabyte);
        assert_eq!(value(GcMeasure::Heap, "1MB/s"), None);
    }

    #[test]
    fn says_which_word_is_not_as_expected() {
        let place = |text: &str| {
            let words: Vec<&str> = text.split(' ').collect();
            gc_claim(&words).err().map(|(place, _)| place)
        };
        assert_eq!(place("gc heap growth none"), None);
        assert_eq!(place("gc"), Some(1));
        assert_eq!(place("gc pause <= 1ms"), Some(1));
        assert_eq!(place("gc cpu growth none"), Some(2));
        assert_eq!(place("gc cpu = 5%"), Some(2));
        assert_eq!(place("gc heap growth some"), Some(3));
        assert_eq!(place("gc cpu <="), Some(3));
        assert_eq!(place("gc cpu <= 5% more"), Some(4));
    }
}
