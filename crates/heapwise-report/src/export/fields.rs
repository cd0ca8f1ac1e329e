//! Which tables are exported, and their columns.

/// A table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ExportTable {
    /// A row for each sample.
    Samples,
    /// A row for each frame of each stack.
    Frames,
    /// A row for each profile.
    Profiles,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldType {
    /// A whole number of 64 bits, with a sign.
    Int,
    /// A moment in microseconds since 1970-01-01 UTC.
    Time,
    /// A text.
    Text,
    /// Yes or no.
    Bool,
    /// Texts by name.
    TextMap,
    /// Whole numbers by name.
    IntMap,
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub type_: FieldType,
    /// Whether every row has a value.
    pub is_required: bool,
}

const fn always(name: &'static str, type_: FieldType) -> Field {
    Field {
        name,
        type_,
        is_required: true,
    }
}

const fn maybe(name: &'static str, type_: FieldType) -> Field {
    Field {
        name,
        type_,
        is_required: false,
    }
}

/// The columns of sample types that have one of their own: those of Go's profiles.
pub(super) const VALUES: [&str; 11] = [
    "alloc_objects",
    "alloc_space",
    "inuse_objects",
    "inuse_space",
    "goroutine",
    "goroutineleak",
    "threadcreate",
    "contentions",
    "delay",
    "samples",
    "cpu",
];

const SAMPLES: [Field; 23] = {
    use FieldType::{Int, IntMap, Text, TextMap, Time};
    [
        always("profile_id", Int),
        maybe("time", Time),
        maybe("published_until", Time),
        maybe("instance", Text),
        always("stack_id", Int),
        always("functions_id", Int),
        maybe("bytes", Int),
        maybe("period", Int),
        maybe("k_alloc", Int),
        maybe("k_inuse", Int),
        maybe(VALUES[0], Int),
        maybe(VALUES[1], Int),
        maybe(VALUES[2], Int),
        maybe(VALUES[3], Int),
        maybe(VALUES[4], Int),
        maybe(VALUES[5], Int),
        maybe(VALUES[6], Int),
        maybe(VALUES[7], Int),
        maybe(VALUES[8], Int),
        maybe(VALUES[9], Int),
        maybe(VALUES[10], Int),
        always("other_values", IntMap),
        always("labels", TextMap),
    ]
};

const FRAMES: [Field; 10] = {
    use FieldType::{Bool, Int, Text};
    [
        always("stack_id", Int),
        always("functions_id", Int),
        always("depth", Int),
        maybe("function", Text),
        maybe("package", Text),
        maybe("file", Text),
        maybe("line", Int),
        maybe("start_line", Int),
        always("inlined", Bool),
        maybe("object", Text),
    ]
};

const PROFILES: [Field; 22] = {
    use FieldType::{Int, Text, TextMap, Time};
    [
        always("profile_id", Int),
        always("source", Text),
        maybe("service", Text),
        maybe("instance", Text),
        always("kind", Text),
        maybe("time", Time),
        maybe("time_nanos", Int),
        maybe("published_until", Time),
        maybe("duration_nanos", Int),
        maybe("period", Int),
        maybe("period_type", Text),
        maybe("period_unit", Text),
        maybe("default_sample_type", Text),
        always("units", TextMap),
        maybe("alloc_error", Text),
        maybe("inuse_error", Text),
        always("samples", Int),
        maybe("binary", Text),
        maybe("build_id", Text),
        maybe("comments", Text),
        maybe("notes", Text),
        always("heapwise", Text),
    ]
};

impl ExportTable {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            ExportTable::Samples => "samples",
            ExportTable::Frames => "frames",
            ExportTable::Profiles => "profiles",
        }
    }

    /// The name and version of its schema. Adding a column is compatible, anything else raises the number.
    pub fn schema(self) -> &'static str {
        match self {
            ExportTable::Samples => "heapwise.export.samples/1",
            ExportTable::Frames => "heapwise.export.frames/1",
            ExportTable::Profiles => "heapwise.export.profiles/1",
        }
    }

    /// Its columns.
    pub fn fields(self) -> &'static [Field] {
        match self {
            ExportTable::Samples => &SAMPLES,
            ExportTable::Frames => &FRAMES,
            ExportTable::Profiles => &PROFILES,
        }
    }
}
