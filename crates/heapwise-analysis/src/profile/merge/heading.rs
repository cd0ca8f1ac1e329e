//! What a profile says of itself as far as a sum depends on it: kept of each part, when its tables are gone.

use std::sync::Arc;

use heapwise_decode::{ProfileMaker, Tables, ValueType};

/// A type and its unit, in the bytes of a profile.
pub(super) type TypeAndUnit = (Vec<u8>, Vec<u8>);

/// What a profile says of itself as far as a sum depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    pub(super) time: i64,
    pub(super) duration: i64,
    pub(super) comments: Arc<[String]>,
    common: Arc<Common>,
}

/// What profiles of one program have in common.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Common {
    /// What values are of.
    pub(super) types: Vec<TypeAndUnit>,
    /// What the period counts, and how many of these.
    pub(super) period_type: TypeAndUnit,
    pub(super) period: i64,
    /// The type to show when none is asked for.
    pub(super) default: String,
    pub(super) doc_url: String,
    /// Patterns of frames to drop, and to keep nevertheless.
    pub(super) drop: String,
    pub(super) keep: String,
}

impl Heading {
    /// Of complete tables.
    pub fn of(tables: &Tables) -> Heading {
        let types = tables.sample_types().iter();
        let period_type = tables.period_type().unwrap_or_default();
        Heading {
            time: tables.time_nanos().unwrap_or(0),
            duration: tables.duration_nanos().unwrap_or(0),
            comments: tables.comments().map(|text| text.into_owned()).collect(),
            common: Arc::new(Common {
                types: types.map(|one| both(tables, one)).collect(),
                period_type: both(tables, &period_type),
                period: tables.period().unwrap_or(0),
                default: tables.default_sample_type().into_owned(),
                doc_url: tables.doc_url().into_owned(),
                drop: tables.drop_frames().to_string(),
                keep: tables.keep_frames().to_string(),
            }),
        }
    }

    /// What others may have in common with it.
    pub(super) fn common(&self) -> &Common {
        &self.common
    }

    /// Whether values are of the same types, in the same order and units, and periods of one type.
    pub fn is_alike(&self, other: &Heading) -> bool {
        let (mine, theirs) = (self.common(), other.common());
        mine.types == theirs.types && mine.period_type == theirs.period_type
    }

    /// The types of values with their units, for messages.
    pub fn type_list(&self) -> String {
        describe(&self.common.types)
    }

    /// Gives a profile the patterns of frames that this one calls uninteresting.
    pub(super) fn set_frame_patterns(&self, maker: &mut ProfileMaker) {
        let Common { drop, keep, .. } = self.common();
        maker.set_frame_patterns(drop.as_bytes(), keep.as_bytes());
    }

    /// The same; what is that of another is kept once.
    #[must_use]
    pub fn sharing(self, other: &Heading) -> Heading {
        Heading {
            comments: either(self.comments, &other.comments),
            common: either(self.common, &other.common),
            ..self
        }
    }
}

/// The other one, where it is the same.
fn either<T: PartialEq + ?Sized>(own: Arc<T>, other: &Arc<T>) -> Arc<T> {
    match own == *other {
        true => Arc::clone(other),
        false => own,
    }
}

fn both(tables: &Tables, value_type: &ValueType) -> TypeAndUnit {
    let bytes = |text| tables.text_bytes(text).to_vec();
    (bytes(value_type.type_), bytes(value_type.unit))
}

/// Types with their units, as pprof prints them.
pub(super) fn describe(types: &[TypeAndUnit]) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let all = types.iter();
    let all = all.map(|(type_, unit)| format!("{}/{}", text(type_), text(unit)));
    format!("[{}]", all.collect::<Vec<String>>().join(" "))
}
