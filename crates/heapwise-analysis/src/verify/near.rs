//! Names that were perhaps meant.

/// At most this many are worth reading.
const MOST: usize = 3;

/// Names like `wanted`, the nearest first: those that hold it or are held by it, then those that
/// differ in few letters, then those whose last element does, wherever they are. Of a regular
/// expression only its letters count.
pub(super) fn near_names(wanted: &str, names: &[String]) -> Vec<String> {
    let wanted = letters(wanted);
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
                false if distance <= allowed => Some((1000 + distance, name)),
                false => last_element(&wanted, &lower).map(|score| (10_000 + score, name)),
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

/// In lower case, without what only a regular expression means.
fn letters(wanted: &str) -> String {
    let lower = wanted.to_lowercase();
    let plain = lower.chars().filter(|c| !r"\^$|?+{}[]".contains(*c));
    plain.collect::<String>().replace(".*", ".")
}

/// How far the last elements of two names are apart, if they are alike: `main.worker` may be meant
/// to be `app/jobs.(*Pool).worker`.
fn last_element(wanted: &str, name: &str) -> Option<usize> {
    let last = |name: &str| -> String {
        let base = name.rsplit('/').next().unwrap_or(name);
        let is_own = |part: &&str| !part.is_empty() && !part.starts_with("func");
        let mut parts = base.split('.').filter(is_own);
        parts.next_back().unwrap_or(base).to_owned()
    };
    let (wanted, name) = (last(wanted), last(name));
    let is_word = wanted.chars().count() > 2;
    let held = is_word && (name.contains(&wanted) || wanted.contains(&name) && name.len() > 2);
    let distance = distance(&wanted, &name);
    match held {
        true => Some(name.len().abs_diff(wanted.len())),
        false => (distance <= wanted.chars().count() / 3).then_some(1000 + distance),
    }
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
        let names = ["app/jobs.(*Pool).worker", "main.(*server).work.func1"];
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        assert_eq!(near_names("main.worker", &names), names);
        assert_eq!(near_names(r"^jobs\.(*Pool)", &names), [names[0].clone()]);
    }
}
