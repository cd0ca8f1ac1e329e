//! Names that were perhaps meant.

/// At most this many are worth reading.
const MOST: usize = 3;
/// What is compared of a name, in letters: hostile names are long.
const MOST_LETTERS: usize = 400;

/// Names like `wanted`, the nearest first: those that hold it or are held by it, then those that
/// differ in few letters, then those whose last word is the same.
pub(super) fn near_names<'a>(
    wanted: &str,
    names: impl IntoIterator<Item = &'a String>,
) -> Vec<String> {
    let wanted = plain(wanted);
    if wanted.is_empty() {
        return Vec::new();
    }
    let names = names.into_iter();
    let mut scored: Vec<((usize, usize), &String)> = names
        .filter_map(|name| Some((farness(&wanted, &plain(name))?, name)))
        .collect();
    scored.sort();
    // Names alike in a lesser way are no help beside better ones.
    if let Some(&((way, least), _)) = scored.first() {
        scored
            .retain(|&((other, far), _)| other == way && (!is_in_letters(way) || far <= least + 1));
    }
    scored
        .into_iter()
        .take(MOST)
        .map(|(_, name)| name.clone())
        .collect()
}

/// Whether names alike in this way are told apart by letters that differ.
fn is_in_letters(way: usize) -> bool {
    matches!(way, 1 | 2)
}

/// In which way two names are alike, then how far apart; `None` where they are not.
fn farness(wanted: &str, name: &str) -> Option<(usize, usize)> {
    if name.is_empty() {
        return None;
    }
    let apart = wanted.len().abs_diff(name.len());
    if name.contains(wanted) || wanted.contains(name) {
        return Some((0, apart));
    }
    let allowed = wanted.chars().count().div_ceil(3);
    let is_near = |left: &str, right: &str| {
        let is_possible = left.chars().count().abs_diff(right.chars().count()) <= allowed;
        let distance = is_possible.then(|| distance(left, right));
        distance.filter(|&distance| distance <= allowed)
    };
    if let Some(distance) = is_near(wanted, name) {
        return Some((1, distance));
    }
    let (own, other) = (without_path(wanted), without_path(name));
    if let Some(distance) = is_near(own, other).filter(|&found| 3 * found <= own.len()) {
        return Some((2, distance));
    }
    (own.len() > 3 && last_word(own) == last_word(other)).then_some((3, apart))
}

/// Without case, and without how methods and generic functions are written.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| !matches!(c, '(' | ')' | '*'));
    letters
        .take(MOST_LETTERS)
        .flat_map(char::to_lowercase)
        .collect()
}

fn without_path(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn last_word(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
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
        let names = [
            "main.parse",
            "main.parseAll",
            "main.render",
            "os.Open",
            "encoding/json.(*Decoder).Decode",
        ];
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        assert_eq!(near_names("main.prase", &names), ["main.parse"]);
        assert_eq!(near_names("parse", &names), ["main.parse", "main.parseAll"]);
        assert_eq!(near_names("Main.Render", &names), ["main.render"]);
        let decode = ["encoding/json.(*Decoder).Decode"];
        assert_eq!(near_names("json.Decoder.Decode", &names), decode);
        assert_eq!(near_names("encoding/jsn.Decoder.Decode", &names), decode);
        assert_eq!(near_names("mine/other.Decode", &names), decode);
        assert!(near_names("zzz", &names).is_empty());
        assert!(near_names("", &names).is_empty());
    }

    #[test]
    fn behind_other_paths_at_most_a_third_of_the_letters_may_differ() {
        let wanted = "example.com/one/module/x.abcdef";
        let near =
            |name: &str| near_names(wanted, &[format!("git.other.org/two/of/them/{name}")]).len();
        // Of the eight letters behind the path two, but not three.
        assert_eq!([near("x.abcdxy"), near("x.abcxyz")], [1, 0]);
        assert_eq!([near("y.abcdef"), near("y.abcdefgh.z")], [1, 0]);
        // Three letters and fewer are no word.
        assert!(near_names("a/x.z", &["q/other.z".to_owned()]).is_empty());
    }
}
