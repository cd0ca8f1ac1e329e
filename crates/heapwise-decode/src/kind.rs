//! Decides what a profile is about.

use std::fmt;

use crate::tables::Tables;
use crate::words::with_article;

/// What a profile is about, told from its sample types and its period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProfileKind {
    /// A Go heap profile, with the memory in use as its default.
    Heap,
    /// A Go heap profile with the memory allocated as its default (`/debug/pprof/allocs`).
    Allocs,
    /// The difference of two heap profiles of one process (`?seconds=N`).
    DeltaHeap,
    /// Goroutines by stack.
    Goroutine,
    /// Goroutines that can never run again, by stack.
    GoroutineLeak,
    /// Threads by the stack that created them.
    ThreadCreate,
    /// Waiting for locks or channels: Go's mutex and block profiles, which look alike.
    Contention,
    /// CPU time.
    Cpu,
    /// Anything else.
    Other,
}

impl ProfileKind {
    /// Tells the kind from the sample types (runtime/pprof/pprof.go: writeHeapProto,
    /// printCountProfile, printCountCycleProfile; runtime/pprof/proto.go: newProfileBuilder).
    pub fn of(tables: &Tables) -> ProfileKind {
        // No kind has six types, and a hostile profile may have millions.
        let most = tables.sample_types().get(..6);
        let types: Vec<String> = most
            .unwrap_or(tables.sample_types())
            .iter()
            .map(|value_type| tables.text(value_type.type_).into_owned())
            .collect();
        let types: Vec<&str> = types.iter().map(String::as_str).collect();
        match without_memory_space(&types) {
            [
                "alloc_objects",
                "alloc_space",
                "inuse_objects",
                "inuse_space",
            ] => heap_kind(tables),
            ["goroutine"] => ProfileKind::Goroutine,
            ["goroutineleak"] => ProfileKind::GoroutineLeak,
            ["threadcreate"] => ProfileKind::ThreadCreate,
            ["contentions", "delay"] => ProfileKind::Contention,
            ["samples", "cpu"] => ProfileKind::Cpu,
            _ => ProfileKind::Other,
        }
    }

    /// The name used in reports.
    pub fn name(self) -> &'static str {
        match self {
            ProfileKind::Heap => "heap",
            ProfileKind::Allocs => "allocs",
            ProfileKind::DeltaHeap => "delta heap",
            ProfileKind::Goroutine => "goroutine",
            ProfileKind::GoroutineLeak => "goroutineleak",
            ProfileKind::ThreadCreate => "threadcreate",
            ProfileKind::Contention => "contention",
            ProfileKind::Cpu => "cpu",
            ProfileKind::Other => "other",
        }
    }

    /// A profile of this kind in a sentence: `an allocs profile`.
    pub fn with_article(self) -> String {
        match self {
            ProfileKind::Other => "a profile of another kind".to_owned(),
            _ => with_article(&format!("{} profile", self.name())),
        }
    }

    /// Whether a profile of this kind that covers so long is the difference of two: only that of a level and of what grows
    /// since the start has a duration (net/http/pprof: serveDeltaProfile).
    pub fn is_difference(self, duration_nanos: Option<i64>) -> bool {
        let is_level = matches!(
            self,
            ProfileKind::Goroutine | ProfileKind::GoroutineLeak | ProfileKind::ThreadCreate
        );
        (self.is_heap() || is_level) && duration_nanos.is_some()
    }

    /// Whether this is one of the heap profiles.
    pub fn is_heap(self) -> bool {
        matches!(
            self,
            ProfileKind::Heap | ProfileKind::Allocs | ProfileKind::DeltaHeap
        )
    }
}

/// The types without `memory_space`, which later versions of Go are to add to the four of a heap profile
/// (proposed in golang/go issue 79179).
fn without_memory_space<'a, 'b>(types: &'a [&'b str]) -> &'a [&'b str] {
    match types {
        ["memory_space", four @ ..] | [four @ .., "memory_space"] if four.len() == 4 => four,
        all => all,
    }
}

fn heap_kind(tables: &Tables) -> ProfileKind {
    if ProfileKind::Heap.is_difference(tables.duration_nanos()) {
        ProfileKind::DeltaHeap
    } else if tables.default_sample_type().starts_with("alloc_") {
        ProfileKind::Allocs
    } else {
        ProfileKind::Heap
    }
}

impl fmt::Display for ProfileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
