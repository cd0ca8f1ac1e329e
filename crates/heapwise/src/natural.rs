//! Names with numbers in them in the order in which people count.

use std::cmp::Ordering;

/// Puts names in order: `dump.2.txt` before `dump.10.txt`.
pub(crate) fn sort(names: &mut [String]) {
    names.sort_by(|a, b| order(a, b).then_with(|| a.cmp(b)));
}

/// Whether names are in the order in which a shell lists them, which is not that of their numbers.
pub(crate) fn is_listed(names: &[String]) -> bool {
    names.len() > 1 && names.is_sorted()
}

/// Which of two names comes first.
pub(crate) fn order(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    loop {
        let order = match (is_number(a), is_number(b)) {
            (true, true) => {
                let ((digits_a, rest_a), (digits_b, rest_b)) = (digits(a), digits(b));
                (a, b) = (rest_a, rest_b);
                number(digits_a).cmp(&number(digits_b))
            }
            _ => match (a.split_first(), b.split_first()) {
                (Some((first_a, rest_a)), Some((first_b, rest_b))) => {
                    (a, b) = (rest_a, rest_b);
                    first_a.cmp(first_b)
                }
                _ => return a.len().cmp(&b.len()),
            },
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// The digits at the start of a text.
fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit());
    text.split_at(digits.count())
}

fn is_number(part: &[u8]) -> bool {
    part.first().is_some_and(u8::is_ascii_digit)
}

/// A number of any length, to be compared: its digits and what they are.
fn number(digits: &[u8]) -> (usize, &[u8]) {
    let zeros = digits.iter().take_while(|&&digit| digit == b'0').count();
    let digits = digits.get(zeros..).unwrap_or_default();
    (digits.len(), digits)
}

#[cfg(test)]
mod tests {
    use super::{is_listed, sort};

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn counts_as_people_do() {
        let mut all = names(&["d.10.txt", "d.1.txt", "d.2.txt", "d.02.txt", "e", "d"]);
        sort(&mut all);
        let expected = ["d", "d.1.txt", "d.02.txt", "d.2.txt", "d.10.txt", "e"];
        assert_eq!(all, names(&expected));
        let mut all = names(&["leak2.txt", "leak.txt", "leak10.txt"]);
        sort(&mut all);
        assert_eq!(all, names(&["leak.txt", "leak2.txt", "leak10.txt"]));
        let mut all = names(&["a99999999999999999999999", "a9", "a"]);
        sort(&mut all);
        assert_eq!(all, names(&["a", "a9", "a99999999999999999999999"]));
    }

    #[test]
    fn leaves_an_order_that_was_chosen() {
        assert!(is_listed(&names(&["d.1", "d.10", "d.2"])));
        assert!(!is_listed(&names(&["d.2", "d.1"])));
    }
}
