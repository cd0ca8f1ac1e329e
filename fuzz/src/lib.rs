//! What several targets share: profiles made of a fuzzer's bytes, and pprof's answers to them.

pub mod made_profile;
pub mod pprof;
