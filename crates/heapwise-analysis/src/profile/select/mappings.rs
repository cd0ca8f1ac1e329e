//! The mapping of profiles that have none.

use heapwise_decode::{Mapping, Profile, StringIndex, TablesEdit};

use crate::profile::header::binary_file;

/// The profile with a mapping that all its locations are in, where it has none. pprof gives each
/// profile one before it adds profiles up (driver/fetch.go: locateBinaries).
pub fn with_mapping(mut profile: Profile) -> Profile {
    if profile.tables().mappings().is_empty() {
        profile.edit().add_common_mapping(Mapping::default());
    }
    profile
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
