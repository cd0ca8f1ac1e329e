//! Profiles without the frames that they themselves call uninteresting.

use heapwise_decode::{
    Error, Function, LabelValue, Limits, Line, LocationIndex, MadeLabel, Mapping, MappingIndex,
    Profile, ProfileMaker, Sample, StringIndex, Tables,
};

use crate::prune::Prune;

/// The profile without the frames that its `drop_frames` asks to remove, as every question of
/// pprof starts (internal/driver/fetch.go: fetchProfiles; profile/prune.go: RemoveUninteresting).
///
/// Samples stay apart although their stacks may have become equal.
///
/// # Errors
///
/// A result beyond the limits.
pub fn without_uninteresting(profile: Profile, limits: &Limits) -> Result<Profile, Error> {
    match Prune::of(profile.tables()) {
        None => Ok(profile),
        Some(prune) => Copy::new(&profile, limits).finish(&profile, &prune),
    }
}

/// The profile without its wish to have frames removed, as pprof's `-all_frames` makes it
/// (internal/driver/fetch.go: fetchProfiles).
///
/// # Errors
///
/// A result beyond the limits.
pub fn with_all_frames(profile: Profile, limits: &Limits) -> Result<Profile, Error> {
    let tables = profile.tables();
    if tables.drop_frames().is_empty() && tables.keep_frames().is_empty() {
        return Ok(profile);
    }
    let mut copy = Copy::new(&profile, limits);
    copy.maker.set_frame_patterns(b"", b"");
    copy.finish(&profile, &Prune::nothing())
}

/// A profile on its way into a new one, row by row.
struct Copy {
    maker: ProfileMaker,
}

impl Copy {
    fn new(profile: &Profile, limits: &Limits) -> Self {
        let tables = profile.tables();
        let types = tables.sample_types().iter();
        let types = types.map(|&value_type| {
            let type_ = tables.text_bytes(value_type.type_);
            (type_, tables.text_bytes(value_type.unit))
        });
        let mut copy = Self {
            maker: ProfileMaker::new(limits, types),
        };
        copy.header(tables);
        copy
    }

    fn header(&mut self, tables: &Tables) {
        let maker = &mut self.maker;
        maker.set_times(
            tables.time_nanos().unwrap_or(0),
            tables.duration_nanos().unwrap_or(0),
        );
        if let Some(period_type) = tables.period_type() {
            maker.set_period(
                tables.text_bytes(period_type.type_),
                tables.text_bytes(period_type.unit),
                tables.period().unwrap_or(0),
            );
        }
        let (drop, keep) = (tables.drop_frames(), tables.keep_frames());
        maker.set_frame_patterns(drop.as_bytes(), keep.as_bytes());
        maker.set_default_sample_type(tables.default_sample_type().as_bytes());
        maker.set_doc_url(tables.doc_url().as_bytes());
        for comment in tables.comments() {
            maker.add_comment(comment.as_bytes());
        }
    }

    fn finish(mut self, profile: &Profile, prune: &Prune) -> Result<Profile, Error> {
        let tables = profile.tables();
        let mappings: Vec<MappingIndex> = tables
            .mappings()
            .iter()
            .map(|mapping| self.mapping(tables, mapping))
            .collect();
        let functions: Vec<_> = tables
            .functions()
            .iter()
            .map(|function| self.function(tables, function))
            .collect();
        let mut kept_lines: Vec<usize> = tables.locations().map(|row| row.lines.len()).collect();
        for (at, count) in prune.shortened() {
            if let Some(kept) = kept_lines.get_mut(at) {
                *kept = count;
            }
        }
        let mut locations = Vec::with_capacity(kept_lines.len());
        for (location, kept) in tables.locations().zip(kept_lines) {
            // The outermost lines come last.
            let outer = location.lines.len().saturating_sub(kept);
            let lines = location.lines.get(outer..).unwrap_or_default().iter();
            let lines: Vec<Line> = lines
                .filter_map(|line| {
                    let function = *functions.get(line.function.get())?;
                    Some(Line { function, ..*line })
                })
                .collect();
            let mapping = location
                .mapping
                .and_then(|mapping| mappings.get(mapping.get()).copied());
            locations.push(self.maker.add_location(
                mapping,
                location.address,
                &lines,
                location.is_folded,
            ));
        }
        for sample in profile.samples() {
            self.sample(tables, &sample, prune, &locations);
        }
        self.maker.finish()
    }

    fn text(&mut self, tables: &Tables, index: StringIndex) -> StringIndex {
        self.maker.text(tables.text_bytes(index))
    }

    fn mapping(&mut self, tables: &Tables, mapping: &Mapping) -> MappingIndex {
        let mapping = Mapping {
            file: self.text(tables, mapping.file),
            build_id: self.text(tables, mapping.build_id),
            ..*mapping
        };
        self.maker.add_mapping(mapping)
    }

    fn function(&mut self, tables: &Tables, function: &Function) -> heapwise_decode::FunctionIndex {
        let function = Function {
            name: self.text(tables, function.name),
            system_name: self.text(tables, function.system_name),
            filename: self.text(tables, function.filename),
            ..*function
        };
        self.maker.add_function(function)
    }

    fn sample(
        &mut self,
        tables: &Tables,
        sample: &Sample<'_>,
        prune: &Prune,
        locations: &[LocationIndex],
    ) {
        let stack = prune.cut(sample.stack()).iter();
        let stack: Vec<LocationIndex> = stack
            .filter_map(|location| locations.get(location.get()).copied())
            .collect();
        let labels: Vec<MadeLabel> = sample
            .labels()
            .iter()
            .map(|label| {
                let key = self.text(tables, label.key);
                match label.value {
                    LabelValue::Text(text) => MadeLabel::Text(key, self.text(tables, text)),
                    LabelValue::Number { value, unit } => {
                        MadeLabel::Number(key, value, self.text(tables, unit))
                    }
                }
            })
            .collect();
        self.maker.add_sample(&stack, sample.values(), &labels);
    }
}
