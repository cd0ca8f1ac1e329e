//! Names that were perhaps meant.

/// At most this many are worth reading.
const MOST: usize = 3;

/// Names like `wanted`, the nearest first: those that hold it or are held by it, then those that
/// differ in few letters.
pub(super) fn near_names(wanted: &str, names: &[String]) -> Vec<String> {
    let wanted = wanted.to_lowercase();
    let mut scored: Vec<(usize, &String)> = names
        .iter()
        .filter_map(|name| {
            let lower = name.to_lowercase();
            let holds = !lower.is_empty() && (lower.contains(&wanted) || wanted.contains(&lower));
            let distance = distance(&wanted, &lower);
            let allowed = wanted.chars().count() / 3;
            match holds {
                true => Some((lower.len().abs_diff(wanted.len()), name)),
                // Behind all that hold it.
                false => (distance <= allowed).then_some((1000 + distance, name)),
            }
        })
        .collect();
    scored.sort();
    scored.dedup_by(|a, b| a.1 == b.1);
    scored
        .into_iter()
        .take(MOST)
        .map(|(_, name)| name.clone())
        .collect()
}

/// Letters to insert, delete or replace (Levenshtein 1966).
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (at, letter) in left.chars().enumerate() {
        let mut corner = at;
        let mut last = at + 1;
        for (place, &other) in row.iter_mut().skip(1).zip(&right) {
            let replaced = corner + usize::from(letter != other);
            corner = *place;
            last = replaced.min(corner + 1).min(last + 1);
            *place = last;
        }
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{distance, near_names};

    #[test]
    fn finds_names_with_few_letters_changed() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        let names = ["main.parse", "main.parseAll", "main.render", "os.Open"];
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        assert_eq!(near_names("main.prase", &names), ["main.parse"]);
        assert_eq!(near_names("parse", &names), ["main.parse", "main.parseAll"]);
        assert!(near_names("zzz", &names).is_empty());
    }
}
