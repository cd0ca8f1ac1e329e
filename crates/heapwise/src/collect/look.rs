//! Looks at what conditions are about, with as little as tells it.

use anyhow::{Context, anyhow};

use super::check::{Told, check};
use super::fetch::{NoPage, Source};
use super::resident::Resident;
use crate::args::{Bound, Condition, Quantity};
use crate::bundle::Part;

/// Looks at a server, or at its process.
pub(crate) struct Looker<'a> {
    pub(crate) source: Source<'a>,
    pub(crate) process: Option<Resident>,
}

/// What was seen at one beat: each page is fetched once at most.
#[derive(Default)]
pub(crate) struct Seen {
    heap: Option<Told>,
    goroutines: Option<u64>,
}

impl Looker<'_> {
    /// The value that a condition is about, and what it is held against.
    pub(crate) fn look(
        &self,
        condition: &Condition,
        seen: &mut Seen,
    ) -> Result<(u64, u64), NoPage> {
        let value = match condition.quantity {
            Quantity::InUseSpace => self.heap(seen)?.inuse_space,
            Quantity::InUseObjects => self.heap(seen)?.inuse_objects,
            Quantity::Goroutines => i64::try_from(self.goroutines(seen)?).ok(),
            Quantity::Resident => {
                let bytes = self.process().and_then(Resident::bytes);
                i64::try_from(bytes.map_err(NoPage::Failed)?).ok()
            }
        };
        let value = value.and_then(|value| u64::try_from(value).ok());
        let value = value.ok_or_else(|| {
            NoPage::Failed(anyhow!("{condition}: found no such value, expected one"))
        })?;
        Ok((value, self.bound(condition).map_err(NoPage::Failed)?))
    }

    /// What a condition is held against.
    pub(crate) fn bound(&self, condition: &Condition) -> anyhow::Result<u64> {
        Ok(match condition.bound {
            Bound::Count(count) => count,
            Bound::Part(part) => (self.process()?.most()? as f64 * part) as u64,
        })
    }

    fn process(&self) -> anyhow::Result<Resident> {
        self.process.context(
            "rss: found no process, expected --pid: a server does not say what is resident",
        )
    }

    fn heap<'s>(&self, seen: &'s mut Seen) -> Result<&'s Told, NoPage> {
        let told = match seen.heap.take() {
            Some(told) => told,
            None => {
                let target = Part::HeapText.target(self.source.server);
                let page = self.source.page(&target)?;
                let told = check(Part::HeapText, &page.bytes, self.source.limits);
                told.map_err(|why| NoPage::Failed(anyhow!(why).context(target.shown())))?
            }
        };
        Ok(seen.heap.insert(told))
    }

    fn goroutines(&self, seen: &mut Seen) -> Result<u64, NoPage> {
        if let Some(count) = seen.goroutines {
            return Ok(count);
        }
        let target = self.source.server.page("goroutine", "debug=1");
        let page = self.source.page(&target)?;
        let count = total(&page.bytes).with_context(|| {
            format!(
                "{}: found no number of goroutines, expected it in the first line",
                target.shown()
            )
        });
        let count = count.map_err(NoPage::Failed)?;
        seen.goroutines = Some(count);
        Ok(count)
    }
}

/// The number in the first line (runtime/pprof/pprof.go: printCountProfile).
fn total(text: &[u8]) -> Option<u64> {
    let line = text.split(|&byte| byte == b'\n').next()?;
    let number = line.strip_prefix(b"goroutine profile: total ")?;
    std::str::from_utf8(number).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::total;

    #[test]
    fn reads_how_many_there_are() {
        assert_eq!(total(b"goroutine profile: total 34\n1 @ 0x1\n"), Some(34));
        assert_eq!(total(b"goroutine 1 [running]:\n"), None);
        assert_eq!(total(b""), None);
    }
}
