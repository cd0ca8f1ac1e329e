//! Files and folders in folders that are passed over: a folder may hold anything, but how much of it was not looked at is
//! said.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::PoisonError;

use heapwise_decode::counted;
use heapwise_report::Warning;

use super::Many;
use crate::names::as_few;

/// Why what is in a folder is passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PassedOver {
    /// There are files that are named as profiles are, and this is none.
    OtherName,
    NoText,
    Executable,
    NoHeap,
    NoDump,
    NoCollector,
    /// It is a folder itself.
    Folder,
}

impl PassedOver {
    fn why(self) -> &'static str {
        match self {
            PassedOver::OtherName => "not named as profiles are",
            PassedOver::NoText => "no texts with debug=1, nor named as profiles are",
            PassedOver::Executable => "executables",
            PassedOver::NoHeap => "no heap profiles",
            PassedOver::NoDump => "no goroutine dumps",
            PassedOver::NoCollector => "nothing about a collector",
            PassedOver::Folder => "give them by name or as a glob",
        }
    }

    /// How many they are.
    fn counted(self, count: usize) -> String {
        match self {
            PassedOver::Folder => counted(count, "subfolder"),
            _ => format!("{} in folders", counted(count, "file")),
        }
    }
}

/// Files and folders, each once, by why.
pub(super) type Files = BTreeMap<PassedOver, BTreeSet<String>>;

impl Many {
    /// Notes that what is in a folder is passed over.
    pub(crate) fn pass_over(&self, path: String, why: PassedOver) {
        let files = self.passed_over.lock();
        let mut files = files.unwrap_or_else(PoisonError::into_inner);
        files.entry(why).or_default().insert(path);
    }

    /// How many were passed over, with the names of a few.
    pub(crate) fn passed_over(&self) -> Vec<Warning> {
        let files = self.passed_over.lock();
        let files = files.unwrap_or_else(PoisonError::into_inner);
        let warning = |(why, paths): (&PassedOver, &BTreeSet<String>)| {
            let names: Vec<&str> = paths.iter().map(String::as_str).collect();
            let message = format!(
                "{} passed over ({}): {}",
                why.counted(names.len()),
                why.why(),
                as_few(&names)
            );
            Warning::new("passed_over", message)
        };
        files.iter().map(warning).collect()
    }
}
