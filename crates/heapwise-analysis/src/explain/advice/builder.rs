//! A string that is put together piece by piece: build it at once.

use super::code::without_comment;
use super::draft::Draft;
use super::line::Line;
use super::rule::{Evidence, Rule};
use super::turn::turn;
use crate::explain::reason::Reason;

const TEXTS: (&str, &str) = (
    "write the pieces to a strings.Builder with Grow, or append them to a []byte, and make the string once",
    "there are two or three pieces in one expression: a + b + c is made at once already",
);

/// Fewer sizes may be strings of different inputs.
const FEWEST_SIZES: usize = 6;

/// Nor is it one string of about one length.
const MOST_OF_ONE: f64 = 0.6;

pub(super) fn advise(line: &Line<'_>) -> Option<Draft> {
    let (first, last) = (line.sizes.first()?, line.sizes.last()?);
    let bytes: i128 = line.sizes.iter().map(|one| one.bytes).sum();
    let most = line.sizes.iter().map(|one| one.bytes).max()?;
    let fits = line.is_own()
        && line.has_reason(&[Reason::StringConcatenation])
        && is_added_to(line)
        && line.is_in_loop()
        && !is_made_in_turn(line)
        && line.is_short_lived()
        && line.sizes.len() >= FEWEST_SIZES
        && (most as f64) < MOST_OF_ONE * bytes as f64;
    fits.then(|| Draft {
        rule: Rule::StringBuilder,
        texts: TEXTS,
        evidence: vec![
            line.decided(),
            Evidence::Sizes(line.sizes.len(), first.size, last.size),
        ],
        parts: Some((0.0, 1.0)),
    })
}

/// Whether one string becomes longer on the line: `s += x`, `s = s + x`. Others are put together of pieces at once.
fn is_added_to(line: &Line<'_>) -> bool {
    line.code().is_some_and(|code| adds(without_comment(&code)))
}

/// The string that becomes longer on a line: several lines may add to it.
pub(super) fn target(line: &Line<'_>) -> Option<String> {
    let code = line.code()?;
    let code = without_comment(&code);
    let fits = line.is_own() && line.has_reason(&[Reason::StringConcatenation]) && adds(code);
    fits.then(|| name(code).to_owned())
}

fn name(code: &str) -> &str {
    code.split(['+', '=']).next().unwrap_or_default().trim()
}

/// Whether each turn of the loop begins a string of its own, to which a few pieces are added.
fn is_made_in_turn(line: &Line<'_>) -> bool {
    let code = line.code().unwrap_or_default();
    turn(line).body.contains(name(&code))
}

fn adds(code: &str) -> bool {
    let code = code.trim();
    let is_twice = |(left, right): (&str, &str)| {
        let right = right.trim_start();
        let rest = right.strip_prefix(left.trim());
        rest.is_some_and(|rest| rest.trim_start().starts_with('+'))
    };
    code.contains("+=") || code.split_once('=').is_some_and(is_twice)
}

#[cfg(test)]
mod tests {
    use super::adds;

    #[test]
    fn a_string_that_becomes_longer_is_told_from_one_of_pieces() {
        for code in ["line += field", "s = s + x", "x.s = x.s + y + z"] {
            assert!(adds(code), "{code}");
        }
        for code in [
            "routes[method+path] = route",
            "s = t + s",
            "return a + b",
            "s := st + x",
        ] {
            assert!(!adds(code), "{code}");
        }
    }
}
