//! What several targets share: how an input is read and arrives, profiles and texts made of a
//! fuzzer's bytes, and pprof's answers to them.

pub mod forms;
pub mod made_profile;
pub mod made_text;
pub mod pieces;
pub mod pprof;
pub mod text_forms;
