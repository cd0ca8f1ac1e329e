//! The mapping of profiles that have none.

use heapwise_decode::{Mapping, StringIndex, TablesEdit};

use crate::profile::header::binary_file;

/// Adds a mapping that all locations are in, where there is none. pprof gives each profile one
/// before it adds profiles up (driver/fetch.go: locateBinaries).
pub fn add_missing_mapping(edit: &mut TablesEdit<'_>) {
    if edit.tables().mappings().is_empty() {
        edit.add_common_mapping(Mapping::default());
    }
}

/// What pprof changes about mappings before every report, which patterns for files can see: a
/// profile without mappings gets one, and a mapping's file that is the address it was fetched from
/// is left out (driver/fetch.go: locateBinaries, unsourceMappings).
pub(super) fn complete_mappings(edit: &mut TablesEdit<'_>) {
    if edit.tables().mappings().is_empty() {
        edit.add_common_mapping(Mapping::default());
        return;
    }
    for at in 0..edit.tables().mappings().len() {
        let Some(index) = edit.tables().mapping_index(at) else {
            break;
        };
        let Some(&mapping) = edit.tables().mapping(index) else {
            break;
        };
        if binary_file(edit.tables(), &mapping).is_empty() {
            edit.set_mapping(index, mapping.with_file(StringIndex::EMPTY));
        }
    }
}
