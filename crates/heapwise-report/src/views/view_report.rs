//! What all documents of a view start with.

use std::io::{self, Write};

use heapwise_analysis::View;
use heapwise_analysis::units::percentage;
use serde::Serialize;

use crate::formats::text::printable;
use crate::pprof::labels::{type_name, values_of};
use crate::views::input::{Input, Warning};
use crate::views::origin::origin;
use crate::with::with;

/// What reports of a view have in common.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ViewReport<'a> {
    /// How many profiles were added up.
    pub merged: usize,
    /// The profiles that the view is of, bases included; only JSON tells them.
    pub inputs: Vec<Input>,
    /// What the user should know.
    pub warnings: Vec<Warning>,
    /// The view.
    pub view: &'a View,
}

impl<'a> ViewReport<'a> {
    /// Of a view of one profile.
    #[must_use]
    pub fn new(view: &'a View) -> Self {
        Self {
            merged: 1,
            inputs: Vec::new(),
            warnings: Vec::new(),
            view,
        }
    }

    with! {
        /// How many profiles were added up.
        with_merged(merged: usize);
        /// The profiles that it is of.
        with_inputs(inputs: Vec<Input>);
        /// What the user should know.
        with_warnings(warnings: Vec<Warning>);
    }
}

impl ViewReport<'_> {
    /// The lines above a text: what the profile is, what is shown of it, and by which filters.
    pub(crate) fn write_head(&self, shown: &str, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "{}",
            printable(&origin(self.view.header(), self.merged))
        )?;
        writeln!(out, "{}", printable(&self.headline(shown)))?;
        let filters = self.view.filters();
        if !filters.is_empty() {
            writeln!(out, "only {}", printable(&filters.join(" ")))?;
        }
        writeln!(out)
    }

    /// `inuse_space: 22MB in all; SHOWN`.
    pub(crate) fn headline(&self, shown: &str) -> String {
        let name = type_name(self.view);
        match self.total() {
            Some(total) => format!("{name}: {} in all; {shown}", self.label(total)),
            None => format!("{name}: {shown}"),
        }
    }

    /// What shares are of; `None` for means, which do not add up.
    fn total(&self) -> Option<i64> {
        (!self.view.options().mean).then_some(self.view.total())
    }

    /// A value with its unit.
    pub fn label(&self, value: i64) -> String {
        values_of(self.view).label(value)
    }

    /// Its part of the total, where there is one.
    pub(crate) fn share(&self, value: i64) -> String {
        let share = self.total().map(|total| percentage(value, total));
        share.unwrap_or_default().trim().to_owned()
    }

    /// The value shown, for JSON.
    pub(crate) fn json_value(&self) -> JsonValue {
        JsonValue {
            sample_type: type_name(self.view),
            unit: self.view.sample_type().map(|kind| kind.unit.clone()),
            total: self.total(),
        }
    }
}

/// What the values of a document are.
#[derive(Serialize)]
pub(crate) struct JsonValue {
    pub(crate) sample_type: String,
    pub(crate) unit: Option<String>,
    total: Option<i64>,
}
