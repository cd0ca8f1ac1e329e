//! Reads pprof profiles, as Go's runtime and `go tool pprof` write them.
//!
//! Every untrusted byte is parsed in this crate and nowhere else: any byte string is decoded, or
//! refused with an [`Error`] that says which stage refused it, where, what was found and what was
//! expected. Compression (gzip, zstd, several layers) is recognised and undone.
//!
//! The text forms of Go's profiles (`debug=1`, goroutine dumps) become the same [`Profile`].
//!
//! There is one decoder, [`visit`], which hands out samples one by one in constant memory. A
//! [`ProfileReader`] does so as often as it is asked; the [`Profile`] that it can also fill serves
//! questions that look at the samples in any order.
//!
//! ```
//! use heapwise_decode::{Limits, Profile};
//!
//! # let bytes = include_bytes!("../../../testdata/server/heap.pb.gz");
//! let profile = Profile::read(&bytes[..], &Limits::default())?;
//! let types = profile.tables().sample_types();
//! assert_eq!(profile.tables().text(types[3].type_), "inuse_space");
//! assert!(profile.sample_count() > 0);
//! # Ok::<(), heapwise_decode::Error>(())
//! ```
//!
//! # Features
//!
//! - `zstd` (on by default): reads profiles that are compressed with zstd. Without it they are refused, and
//!   the crate does not need ruzstd.

mod assembler;
mod benchmark_output;
mod container;
mod edit;
mod encode;
mod error;
mod escape;
mod gc;
mod gctrace;
mod generated;
mod kind;
mod limits;
mod line_blocks;
mod line_ends;
mod made_label;
mod mangled;
mod note;
mod origin;
mod otlp;
mod partial;
mod path;
mod profile;
mod read_buffer;
mod sniff;
mod source;
mod stream;
mod tables;
mod terminal;
mod text;
mod utf8;
mod wire;
mod words;

pub use assembler::ProfileMaker;
pub use benchmark_output::{BenchmarkLine, BenchmarkRun, benchmarks};
pub use container::Encoding;
pub use edit::TablesEdit;
pub use encode::{Encoder, encode};
pub use error::{Error, ErrorKind, Result, Stage};
pub use escape::{
    AllocationKind, Decision, EscapeLog, EscapeOutcome, EscapeReader, Position, Step,
};
pub use gc::{
    CpuSeconds, GcCounters, GcSettings, GcSnapshot, GcSource, Gogc, GroupMemory, HeapLevels,
    Histogram, PauseQuantile, PauseRing, Resident, SizeClass, SystemBytes, UnreadFields,
    gc_snapshots, is_text,
};
pub use gctrace::{GcClock, GcCpu, GcCycle, GcTraceLine, GcTraceNotes, visit_gctrace};
pub use kind::ProfileKind;
pub use limits::{Limits, TextReading};
pub use made_label::MadeLabel;
pub use note::{Note, NoteKind, Unread};
pub use otlp::{OtlpFile, OtlpForm, OtlpProfile, encode_otlp};
pub use path::base_name;
pub use profile::{Profile, ProfileBuilder};
pub use source::{NoSource, Source};
pub use stream::{
    Flow, KeptLabels, Label, LabelValue, Labels, ProfileReader, Sample, SampleStore, Visitor, visit,
};
pub use tables::{
    Function, FunctionIndex, Line, Location, LocationIndex, LocationSet, Mapping, MappingIndex,
    StringIndex, SymbolFlags, Tables, ValueType,
};
pub use text::{
    Goroutines, Surroundings, goroutine_dumps, goroutine_ids, newest_last, starts_text_profile,
};
pub use utf8::text_of;
pub use words::{agree, counted, plural, with_article};
