//! The rows of a ranking as a profile of their own.

use std::collections::HashMap;

use heapwise_decode::{Function, Limits, Line, Profile, ProfileMaker, Tables, ValueType};

use super::info::NodeInfo;
use super::report::CallGraph;
use crate::error::Result;
use crate::profile::units::scale;

impl CallGraph {
    /// The rows as a profile: one sample each, with its cumulative and flat values in the unit in
    /// which they are printed (report/report.go: printTopProto).
    ///
    /// `of` are the tables of the profile whose times and period are taken over.
    ///
    /// # Errors
    ///
    /// A profile beyond the limits.
    pub fn to_profile(&self, of: &Tables, limits: &Limits) -> Result<Profile> {
        let unit = &self.head().unit;
        let types = [b"cum".as_slice(), b"flat"];
        let mut maker = ProfileMaker::new(limits, types.map(|type_| (type_, unit.to.as_bytes())));
        maker.set_times(
            of.time_nanos().unwrap_or(0),
            of.duration_nanos().unwrap_or(0),
        );
        if let Some(ValueType { type_, unit, .. }) = of.period_type() {
            let (type_, unit) = (of.text_bytes(type_), of.text_bytes(unit));
            maker.set_period(type_, unit, of.period().unwrap_or(0));
        }
        let mut functions = HashMap::new();
        for row in self.rows() {
            let NodeInfo {
                function,
                file,
                line,
                column,
                address,
                start_line,
                ..
            } = self.info(row);
            let (name, filename) = (maker.text(&function), maker.text(&file));
            let function = *functions
                .entry((name, filename, start_line))
                .or_insert_with(|| {
                    maker.add_function(
                        Function::new(name)
                            .with_filename(filename)
                            .with_start_line(start_line),
                    )
                });
            let line = Line::new(function, line).with_column(column);
            let location = maker.add_location(None, address, &[line], false);
            let value = |value: i64| scale(value, &unit.from, &unit.to).0 as i64;
            maker.add_sample(&[location], &[value(row.cum), value(row.flat)], &[]);
        }
        Ok(maker.finish()?)
    }
}
