//! The looks at the process that runs now, among all looks at a server.

use std::path::Path;

use heapwise_analysis::ErrorKind;
use heapwise_decode::counted;
use heapwise_report::{CollectedBundle, Warning};

use crate::bundle::{Bundle, bundles};

/// Which looks are of the present process.
pub(super) struct Present {
    folder: String,
    /// The first bundle of it, where there were others before.
    since: Option<String>,
    /// Bundles of the processes before.
    before: u64,
    /// Bundles of it.
    looks: u64,
    /// Of these, those that show the same data as the one before.
    same: u64,
}

impl Present {
    /// Of the bundles that are in a folder already.
    pub(super) fn of(folder: &str, found: &[Bundle]) -> Present {
        let mut present = Present {
            folder: folder.to_owned(),
            since: None,
            before: 0,
            looks: 0,
            same: 0,
        };
        for bundle in found {
            let process = &bundle.record.process;
            let is_other = process.restarted == Some(true);
            let is_same = process.same_cycle == Some(true);
            present.note(&bundle.folder.display().to_string(), is_other, is_same);
        }
        present
    }

    /// Adds a look.
    pub(super) fn add(&mut self, bundle: &CollectedBundle, is_other: bool) {
        self.note(&bundle.folder, is_other, bundle.same_cycle == Some(true));
    }

    fn note(&mut self, folder: &str, is_other: bool, is_same: bool) {
        if is_other {
            self.before += self.looks;
            (self.looks, self.same) = (0, 0);
            self.since = Some(folder.to_owned());
        }
        self.looks += 1;
        self.same += u64::from(is_same);
    }

    /// What to read: the folder, or the bundles of the present process alone.
    pub(super) fn names(&self) -> anyhow::Result<Vec<String>> {
        let Some(since) = &self.since else {
            return Ok(vec![self.folder.clone()]);
        };
        let all = bundles(Path::new(&self.folder))?.unwrap_or_default();
        let name = |bundle: &Bundle| bundle.folder.display().to_string();
        // The oldest do not stay for ever.
        let first = all.iter().position(|bundle| name(bundle) == *since);
        let own = all.iter().skip(first.unwrap_or(0)).enumerate();
        // What shows the same data as the look before is no second one.
        let is_new =
            |at: usize, bundle: &Bundle| at == 0 || bundle.record.process.same_cycle != Some(true);
        let own = own.filter(|&(at, bundle)| is_new(at, bundle));
        Ok(own.map(|(_, bundle)| name(bundle)).collect())
    }

    /// ` (3 looks before left out)`.
    pub(super) fn of_others(&self) -> String {
        match self.before {
            0 => String::new(),
            before => format!(" ({} before left out)", counted(before, "look")),
        }
    }

    /// That what was before is left out.
    pub(super) fn warning(&self) -> Option<Warning> {
        let message = format!(
            "{} at processes before this one left out",
            counted(self.before, "look")
        );
        (self.before > 0).then(|| Warning::new("other_process", message))
    }

    /// Why there is nothing to compare yet, where all looks show the same data.
    pub(super) fn why(&self, error: &anyhow::Error) -> Option<String> {
        let cause = error.downcast_ref::<heapwise_analysis::Error>()?;
        let is_one = matches!(cause.kind(), ErrorKind::NoSeries { processes: 0 | 1 });
        let are_same = self.looks > 1 && self.same + 1 == self.looks;
        (is_one && are_same).then(|| {
            format!(
                "{} and no collection ended in between (same GC): they show the same memory in use; growth takes \
                 collections between looks",
                counted(self.looks, "look")
            )
        })
    }
}
