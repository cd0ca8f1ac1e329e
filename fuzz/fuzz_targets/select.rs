//! Filters keep or refuse: what `focus` keeps and what `ignore` keeps of one pattern is all there is that has a frame.
#![no_main]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use arbitrary::{Result, Unstructured};
use heapwise_analysis::{Granularity, RankOptions, SelectOptions, Selector, rank_selected};
use heapwise_decode::Limits;
use heapwise_fuzz::forms::{is_asked_again, number_of, to_make_of};
use heapwise_fuzz::made_profile::made_profile;
use libfuzzer_sys::fuzz_target;

const PATTERNS: [&str; 10] = [
    "main",
    "runtime",
    "^main\\.main$",
    "func1|run",
    "",
    ".",
    "(?i)MAIN",
    "[^a-z]",
    "space",
    "nothing",
];

const MATCHES_NOTHING: &str = r"[^\x00-\x{10FFFF}]";

const TAGS: [&str; 6] = ["1:", ":100", "16", "request", "request=a", "1kb:2mb,main"];

fuzz_target!(|input: &[u8]| match to_make_of(input) {
    Some(bytes) => {
        let _ = made(&mut Unstructured::new(bytes));
    }
    None => {
        let pattern = PATTERNS[number_of(input) % PATTERNS.len()].to_owned();
        select(pattern, SelectOptions::default(), input);
    }
});

fn made(bytes: &mut Unstructured<'_>) -> Result<()> {
    let pattern = pattern(bytes)?;
    let others = others(bytes)?;
    let profile = made_profile(bytes)?;
    select(pattern, others, &profile);
    Ok(())
}

fn select(pattern: String, mut others: SelectOptions, profile: &[u8]) {
    // Not by what chooses the pattern.
    if number_of(profile) / 64 % 2 == 0 {
        adds_up(&pattern, profile);
        return;
    }
    others.focus = Some(pattern);
    if let Ok(selector) = Selector::new(&others) {
        let once = total(profile, &selector);
        if is_asked_again(profile) {
            assert_eq!(once, total(profile, &selector));
        }
    }
}

/// What a pattern keeps and what it leaves is all there is.
fn adds_up(pattern: &str, profile: &[u8]) {
    // A stack without frames is kept by neither (profile/filter.go: focusedAndNotIgnored).
    let Some(whole) = by_pattern(Kept::Not, MATCHES_NOTHING).and_then(|all| total(profile, &all))
    else {
        return;
    };
    let kept = by_pattern(Kept::Only, pattern).and_then(|kept| total(profile, &kept));
    let left = by_pattern(Kept::Not, pattern).and_then(|left| total(profile, &left));
    if let (Some(kept), Some(left)) = (kept, left)
        && !pattern.is_empty()
    {
        let sum: Vec<i128> = kept
            .iter()
            .zip(&left)
            .map(|(kept, left)| kept + left)
            .collect();
        assert_eq!(sum, whole, "{pattern:?}");
    }
}

/// What becomes of the stacks with a frame that a pattern matches.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kept {
    Only,
    Not,
}

/// A filter by one pattern, which is compiled once where it is asked for again: compiling takes longer than the rest.
fn by_pattern(kept: Kept, pattern: &str) -> Option<Rc<Selector>> {
    thread_local! {
        static COMPILED: RefCell<BTreeMap<(Kept, String), Option<Rc<Selector>>>> = RefCell::default();
    }
    let compile = || {
        let mut options = SelectOptions::default();
        let field = match kept {
            Kept::Only => &mut options.focus,
            Kept::Not => &mut options.ignore,
        };
        *field = Some(pattern.to_owned());
        Selector::new(&options).ok().map(Rc::new)
    };
    if pattern != MATCHES_NOTHING && !PATTERNS.contains(&pattern) {
        return compile();
    }
    COMPILED.with_borrow_mut(|compiled| {
        let entry = compiled.entry((kept, pattern.to_owned()));
        entry.or_insert_with(compile).clone()
    })
}

fn pattern(bytes: &mut Unstructured<'_>) -> Result<String> {
    if bytes.ratio(1, 4)? {
        let length = bytes.int_in_range(0..=8)?;
        return Ok(String::from_utf8_lossy(bytes.bytes(length)?).into_owned());
    }
    Ok((*bytes.choose(&PATTERNS)?).to_owned())
}

/// Filters that have no such rule.
fn others(bytes: &mut Unstructured<'_>) -> Result<SelectOptions> {
    let mut options = SelectOptions::default();
    let fields = [
        &mut options.show,
        &mut options.hide,
        &mut options.show_from,
        &mut options.prune_from,
        &mut options.tag_show,
        &mut options.tag_hide,
    ];
    for field in fields {
        if bytes.ratio(1, 4)? {
            *field = Some(pattern(bytes)?);
        }
    }
    let fields = [
        &mut options.tag_focus,
        &mut options.tag_ignore,
        &mut options.tag_root,
        &mut options.tag_leaf,
    ];
    for field in fields {
        if bytes.ratio(1, 4)? {
            *field = Some((*bytes.choose(&TAGS)?).to_owned());
        }
    }
    options.all_frames = bytes.arbitrary()?;
    Ok(options)
}

/// The sums of the values that are left; `None` where the profile is refused.
fn total(profile: &[u8], selector: &Selector) -> Option<Vec<i128>> {
    let limits = Limits::with_max_bytes(16 << 20);
    let selected = selector.read(profile, "", &limits).ok()?;
    let ranking = rank_selected(&selected, &RankOptions::new(Granularity::Functions)).ok()?;
    Some(ranking.totals.iter().map(|total| total.net).collect())
}
