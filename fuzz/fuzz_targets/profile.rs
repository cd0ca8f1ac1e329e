//! Any bytes are decoded or refused, the same however they arrive, and so are profiles whose parts mostly fit together.
#![no_main]

use heapwise_decode::{Limits, Profile, TextReading};
use heapwise_fuzz::forms::{is_asked_again, number_of, profile_of_input};
use heapwise_fuzz::pieces::Pieces;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some(profile) = profile_of_input(input) else {
        return;
    };
    let mut limits = Limits::with_max_bytes(16 << 20);
    limits.max_table_bytes = 16 << 20;
    limits.max_column_bytes = 16 << 20;
    if number_of(input) % 2 == 1 {
        limits.texts = TextReading::AsPprof;
    }
    match Profile::read(&*profile, &limits) {
        Ok(profile_read) if is_asked_again(input) => {
            let again = Profile::read(&Pieces::of(&profile), &limits);
            assert!(again.is_ok_and(|again| again == profile_read));
        }
        Ok(_) => {}
        Err(error) => assert!(!error.place().is_empty() && !error.expected().is_empty()),
    }
});
