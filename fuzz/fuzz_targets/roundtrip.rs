//! What is decoded is the same after it is written and read again.
#![no_main]

use heapwise_decode::{Limits, Profile, encode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let limits = Limits::with_max_bytes(16 << 20);
    let Ok(profile) = Profile::read(input, &limits) else {
        return;
    };
    let write = |profile: &Profile| {
        let mut out = Vec::new();
        encode(profile, &mut out).expect("writing to memory succeeds");
        out
    };
    let first = write(&profile);
    let again = Profile::read(&first, &limits).expect("what was written can be read");
    assert_eq!(again.sample_count(), profile.sample_count());
    assert!(profile.samples().zip(again.samples()).all(|(a, b)| {
        a.stack() == b.stack() && a.values() == b.values() && a.labels().iter().eq(b.labels().iter())
    }));
    assert_eq!(write(&again), first);
});
