//! Which files of bundles answer a question, and what their bundles say of them.

use std::path::Path;

use super::find::damage;
use super::{Bundle, Part, bundles};

/// What a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pick {
    /// The heap at one moment: the newest. The profile says more of the program than the text does.
    Heap,
    /// The heaps of a series: texts, since they say of which collection they are.
    Heaps,
    /// The heap and its counters, of one moment.
    Counters,
    /// The counters of a series.
    AllCounters,
    /// The same of the process that runs now, or ran last.
    LastCounters,
    /// Goroutines, and what tells how large their stacks are.
    Goroutines,
}

/// A file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picked {
    pub(crate) path: String,
    pub(crate) facts: Facts,
}

/// What a bundle says of one of its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Facts {
    /// When it was there, in nanoseconds since 1970-01-01 UTC.
    pub(crate) taken_nanos: Option<i64>,
    /// Whether a collection was run for it, where that is known.
    pub(crate) forced: Option<bool>,
}

/// Files of a folder of bundles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Picks {
    pub(crate) files: Vec<Picked>,
    /// What is to be said of the choice.
    pub(crate) note: Option<String>,
    /// What is not as it was taken.
    pub(crate) damage: Vec<String>,
}

/// The files of a folder of bundles that answer a question; `None` where it is no such folder.
pub(crate) fn pick(name: &str, pick: Pick) -> anyhow::Result<Option<Picks>> {
    let Some(all) = bundles(Path::new(name))? else {
        return Ok(None);
    };
    let of_moment = |parts: &[Part]| newest(name, &all, parts);
    let picks = match pick {
        Pick::Heap => of_moment(&[Part::Heap, Part::HeapText]),
        Pick::Counters => of_moment(&[Part::HeapText]),
        Pick::Heaps => heaps(name, &all),
        Pick::AllCounters => counters(&all),
        Pick::LastCounters => last_counters(name, &all),
        Pick::Goroutines => goroutines(name, &all),
    };
    let damage = match pick {
        Pick::Heap | Pick::Counters => damage(Path::new(name), newest_of(&all), pick.parts())?,
        _ => damage(Path::new(name), &all, pick.parts())?,
    };
    match picks.files.is_empty() {
        true => anyhow::bail!(
            "{name}: found {} without what is asked for: it is missing in each",
            heapwise_decode::counted(all.len() as u64, "bundle")
        ),
        false => Ok(Some(Picks { damage, ..picks })),
    }
}

impl Pick {
    /// The parts that it may take.
    fn parts(self) -> &'static [Part] {
        match self {
            Pick::Heap | Pick::Heaps => &[Part::HeapText, Part::Heap],
            Pick::Counters => &[Part::HeapText],
            Pick::AllCounters | Pick::LastCounters => &[Part::HeapText, Part::Variables],
            Pick::Goroutines => &[Part::Goroutines, Part::GoroutineTexts, Part::Leaks],
        }
    }
}

fn newest_of(all: &[Bundle]) -> &[Bundle] {
    all.last().map_or(&[], std::slice::from_ref)
}

/// The first part that is there of the newest bundle that has one.
fn newest(name: &str, all: &[Bundle], parts: &[Part]) -> Picks {
    let of = |bundle: &Bundle| {
        let mut parts = parts.iter();
        parts.find_map(|part| Some((bundle.clone(), bundle.pick(*part)?)))
    };
    let Some((bundle, picked)) = all.iter().rev().find_map(of) else {
        return Picks::default();
    };
    let is_chosen = all.len() > 1;
    let folder = bundle.folder.file_name().unwrap_or_default();
    let note = format!(
        "{name}: the newest of {} bundles, {}",
        all.len(),
        folder.to_string_lossy()
    );
    Picks {
        files: vec![picked],
        note: is_chosen.then_some(note),
        damage: Vec::new(),
    }
}

/// The heap of each bundle that shows other data than those before: of another collection.
fn heaps(name: &str, all: &[Bundle]) -> Picks {
    let cycle = |bundle: &Bundle| {
        let process = &bundle.record.process;
        Some((process.num_gc?, process.last_gc_nanos))
    };
    let is_any_known = all.iter().any(|bundle| cycle(bundle).is_some());
    let (mut seen, mut left_out) = (Vec::new(), 0_u64);
    let mut picks = Picks::default();
    for bundle in all {
        let parts = [Part::HeapText, Part::Heap];
        let Some(picked) = parts.iter().find_map(|part| bundle.pick(*part)) else {
            continue;
        };
        let own = cycle(bundle);
        let is_new = match own {
            Some(_) => !seen.contains(&own),
            None => !is_any_known,
        };
        match is_new {
            true => {
                seen.push(own);
                picks.files.push(picked);
            }
            false => left_out += 1,
        }
    }
    picks.note = (left_out > 0).then(|| {
        format!(
            "{name}: left out {left_out} of {} bundles: no collection ended since the one before, or it is not known, so \
             that it is the same data",
            all.len()
        )
    });
    picks
}

/// The counters of each bundle. Variables tell sizes exactly that the sample of a forced text tells about; else the
/// text has all that they have.
fn counters(all: &[Bundle]) -> Picks {
    let mut picks = Picks::default();
    for bundle in all {
        let text = bundle.pick(Part::HeapText);
        let is_enough = text.is_some() && !bundle.record.forced.heap;
        picks.files.extend(text);
        if !is_enough {
            picks.files.extend(bundle.pick(Part::Variables));
        }
    }
    picks
}

/// The bundles since the process was started anew, and what is to be said of those before.
fn of_last_process<'a>(name: &str, all: &'a [Bundle]) -> (&'a [Bundle], Option<String>) {
    let is_start = |bundle: &Bundle| bundle.record.process.restarted == Some(true);
    let start = all.iter().rposition(is_start).unwrap_or(0);
    let (before, since) = all.split_at_checked(start).unwrap_or((&[], all));
    let note = (!before.is_empty()).then(|| {
        format!(
            "{name}: left out {} of {} bundles: of an earlier process",
            before.len(),
            all.len()
        )
    });
    (since, note)
}

/// The counters since the process was started anew.
fn last_counters(name: &str, all: &[Bundle]) -> Picks {
    let (since, note) = of_last_process(name, all);
    Picks {
        note,
        ..counters(since)
    }
}

/// The goroutines since then: numbers are those of one process, and what was before is gone.
fn goroutines(name: &str, all: &[Bundle]) -> Picks {
    const PARTS: [Part; 3] = [Part::Goroutines, Part::GoroutineTexts, Part::Leaks];
    let (since, note) = of_last_process(name, all);
    let mut picks = Picks {
        note,
        ..Picks::default()
    };
    for bundle in since {
        let dumps = PARTS.iter().filter_map(|part| bundle.pick(*part));
        let before = picks.files.len();
        picks.files.extend(dumps);
        if picks.files.len() > before {
            picks.files.extend(bundle.pick(Part::HeapText));
        }
    }
    picks
}

impl Bundle {
    fn pick(&self, part: Part) -> Option<Picked> {
        let forced = match part {
            Part::HeapText => self.record.forced.of_heap_text(),
            _ => None,
        };
        Some(Picked {
            path: self.part(part)?,
            facts: Facts {
                taken_nanos: self.record.ended(part),
                forced,
            },
        })
    }
}
