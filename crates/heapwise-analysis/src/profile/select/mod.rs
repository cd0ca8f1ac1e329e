//! Which samples and frames of a profile a question is about: pprof's filters, in pprof's order
//! (driver/driver.go: generateRawReport; driver/driver_focus.go: applyFocus).

mod compiled;
mod frame_filter;
mod label_filter;
mod label_units;
mod mappings;
mod options;
mod selected;
mod selector;
mod sieve;
mod survey;
mod tag_filter;
mod tag_frames;
mod tag_range;

pub use label_units::LabelUnits;
pub use mappings::add_missing_mapping;
pub use options::SelectOptions;
pub use selected::Selected;
pub use selector::Selector;
pub(crate) use survey::Totalling;
