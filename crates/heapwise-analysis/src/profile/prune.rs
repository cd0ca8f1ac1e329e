//! Which frames a profile calls uninteresting.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::VecDeque;

use heapwise_decode::{LocationIndex, Tables, TablesEdit};

use go_regex::Regex as GoRegex;

/// Removes the frames that a profile itself calls uninteresting: everything from the first frame,
/// seen from the root but after a frame of the user, that its `drop_frames` matches and its
/// `keep_frames` does not (profile/prune.go: RemoveUninteresting, Prune).
#[derive(Debug)]
pub(crate) struct Prune {
    fates: Vec<Fate>,
}

/// What becomes of a location.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Stays,
    /// Only its outermost lines stay, and nothing it called.
    KeepsOuterLines(usize),
    Goes,
}

impl Prune {
    /// What complete tables ask for; `None` when they ask for nothing. Patterns that do not
    /// compile ask for nothing, as in pprof.
    pub(crate) fn of(tables: &Tables) -> Option<Prune> {
        let drop = anchored(tables.drop_frames())?;
        let keep = tables.keep_frames();
        let keep = if keep.is_empty() {
            None
        } else {
            Some(anchored(keep)?)
        };
        let drops: Vec<bool> = tables
            .functions()
            .iter()
            .map(|function| {
                let name = tables.text_bytes(function.name);
                let simple = simplify(name);
                !name.is_empty()
                    && drop.is_match(simple)
                    && !keep.as_ref().is_some_and(|keep| keep.is_match(simple))
            })
            .collect();
        let fates: Vec<Fate> = tables
            .locations()
            .map(|location| fate(location.lines, &drops))
            .collect();
        fates
            .iter()
            .any(|&fate| fate != Fate::Stays)
            .then_some(Prune { fates })
    }

    /// The locations of which only the outermost lines stay, with their number.
    pub(crate) fn shortened(&self) -> impl Iterator<Item = (usize, usize)> {
        let lines = |(at, fate): (usize, &Fate)| match fate {
            Fate::KeepsOuterLines(count) => Some((at, *count)),
            Fate::Stays | Fate::Goes => None,
        };
        self.fates.iter().enumerate().filter_map(lines)
    }

    /// Drops the lines of complete tables that are to go; what becomes of stacks is for
    /// [`Prune::cut`] to tell.
    pub(crate) fn apply(edit: &mut TablesEdit<'_>) -> Option<Prune> {
        let prune = Prune::of(edit.tables())?;
        for (at, outer) in prune.shortened() {
            let Some(location) = edit.tables().location_index(at) else {
                continue;
            };
            let lines = edit.tables().location(location).lines.len();
            let mut place = 0..lines;
            let inner = lines.saturating_sub(outer);
            edit.retain_lines(location, |_| place.next().is_some_and(|at| at >= inner));
        }
        Some(prune)
    }

    /// What stays of a stack, which is from the root to the leaf.
    pub(crate) fn cut<'a>(&self, stack: &'a [LocationIndex]) -> &'a [LocationIndex] {
        let mut found_user = false;
        for (depth, location) in stack.iter().enumerate() {
            match self.fates.get(location.get()) {
                None | Some(Fate::Stays) => found_user = true,
                Some(_) if !found_user => {}
                Some(Fate::Goes) => return stack.get(..depth).unwrap_or_default(),
                Some(Fate::KeepsOuterLines(_)) => return stack.get(..=depth).unwrap_or_default(),
            }
        }
        stack
    }
}

fn fate(lines: &[heapwise_decode::Line], drops: &[bool]) -> Fate {
    let dropped = lines
        .iter()
        .rposition(|line| drops.get(line.function.get()).copied().unwrap_or(false));
    match dropped {
        None => Fate::Stays,
        Some(at) if at + 1 == lines.len() => Fate::Goes,
        Some(at) => Fate::KeepsOuterLines(lines.len() - at - 1),
    }
}

/// A pattern that is to match all of a name. One that is not UTF-8 is refused by Go.
fn anchored(pattern: Cow<'_, str>) -> Option<GoRegex> {
    match pattern {
        Cow::Borrowed(pattern) if !pattern.is_empty() => compiled(pattern),
        _ => None,
    }
}

/// Patterns that are remembered by each thread, and how long they may be. Texts with debug=1 all have the same one, which
/// takes longer to compile than all else that a small text takes.
const MOST_KNOWN: usize = 2;
const LONGEST_KNOWN: usize = 4096;

thread_local! {
    static KNOWN: RefCell<VecDeque<(String, Option<GoRegex>)>> = const { RefCell::new(VecDeque::new()) };
}

fn compiled(pattern: &str) -> Option<GoRegex> {
    KNOWN.with_borrow_mut(|known| {
        if let Some((_, regex)) = known.iter().find(|(name, _)| name == pattern) {
            return regex.clone();
        }
        let regex = GoRegex::new(&format!("^({pattern})$")).ok();
        if pattern.len() <= LONGEST_KNOWN {
            known.truncate(MOST_KNOWN - 1);
            known.push_front((pattern.to_owned(), regex.clone()));
        }
        regex
    })
}

/// A function's name without its arguments (profile/prune.go: simplifyFunc).
pub(crate) fn simplify(name: &[u8]) -> &[u8] {
    const RESERVED: [&[u8]; 2] = [b"(anonymous namespace)", b"operator()"];
    let name = name.strip_prefix(b".").unwrap_or(name);
    let mut at = 0;
    while let Some(rest) = name.get(at..).filter(|rest| !rest.is_empty()) {
        let reserved = RESERVED.iter().find(|word| rest.starts_with(word));
        match reserved {
            Some(word) => at += word.len(),
            None if rest.starts_with(b"(") => break,
            None => at += 1,
        }
    }
    name.get(..at).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::simplify;

    #[test]
    fn leaves_arguments_out_but_not_names_with_brackets() {
        for (name, simple) in [
            ("f(int)", "f"),
            ("(anonymous namespace)::f(int)", "(anonymous namespace)::f"),
            ("A::operator()(int)", "A::operator()"),
            (".f", "f"),
            ("main.(*T).m", "main."),
            ("(", ""),
            ("", ""),
        ] {
            assert_eq!(simplify(name.as_bytes()), simple.as_bytes(), "{name}");
        }
    }
}
