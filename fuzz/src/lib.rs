//! What several targets share: how an input is read, profiles made of a fuzzer's bytes, and pprof's answers to them.

pub mod forms;
pub mod made_profile;
pub mod pprof;
