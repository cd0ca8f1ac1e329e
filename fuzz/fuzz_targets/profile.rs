//! Any bytes are decoded or refused.
#![no_main]

use heapwise_decode::{Limits, Profile, TextReading};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let mut limits = Limits::with_max_bytes(16 << 20);
    limits.max_table_bytes = 16 << 20;
    limits.max_column_bytes = 16 << 20;
    for texts in [TextReading::WithNames, TextReading::AsPprof] {
        limits.texts = texts;
        if let Err(error) = Profile::read(input, &limits) {
            assert!(!error.place().is_empty() && !error.expected().is_empty());
        }
    }
});
