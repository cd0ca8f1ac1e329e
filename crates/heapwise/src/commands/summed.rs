//! Adds profiles up, sample by sample: blocks of neighbours side by side, and the sums of blocks in order.

use std::ops::Range;

use anyhow::{Context, anyhow, bail};
use heapwise_analysis::{
    Granularity, Header, Headers, Heading, PartialSum, RankOptions, SumPlan, rank, rank_reader,
};
use heapwise_decode::{Limits, ProfileReader};
use heapwise_report::Input;

use super::input_notes::{InputNotes, input_of};
use super::profiles::Reader;
use crate::input::NamedSource;
use crate::many::{self, Many, blocks_of_sums};
use crate::names::as_few;

/// So few are added one after the other: a sum of a block beside that of all would take twice the memory.
const FEW: usize = 4;

/// The sum of profiles, with notes on each.
pub(super) fn sum(
    sources: &[NamedSource],
    seen: &mut InputNotes,
    limits: &Limits,
    many: &Many,
) -> anyhow::Result<Reader> {
    let summing = Summing {
        sources,
        limits,
        many,
        is_describing: seen.is_describing(),
    };
    let read = match summing.of_alike()? {
        Some(read) => read,
        None => summing.of_mixed()?,
    };
    for (at, error) in &read.bad {
        many.leave_out(summing.path(*at), error)?;
    }
    for (path, header, input) in read.inputs {
        seen.add_read(path, &header, input);
    }
    Ok(read.sum)
}

struct Summing<'a> {
    sources: &'a [NamedSource],
    limits: &'a Limits,
    many: &'a Many,
    is_describing: bool,
}

/// What was read.
struct Read<'a> {
    sum: Reader,
    inputs: Vec<(&'a str, Header, Option<Input>)>,
    bad: Vec<Bad>,
}

/// The place of what cannot be read, and why.
type Bad = (usize, anyhow::Error);

/// Which values of which profiles are added.
struct Plan<'a> {
    plan: SumPlan,
    /// What all have to be like, where not all have been looked at.
    like: Option<&'a Heading>,
    /// The numbers of the profiles in the plan, where all have been looked at.
    numbers: Vec<Option<usize>>,
}

impl Plan<'_> {
    fn number(&self, at: usize) -> Option<usize> {
        match self.like {
            Some(_) => Some(at),
            None => self.numbers.get(at).copied().flatten(),
        }
    }
}

/// How blocks are added up.
struct Making<'a> {
    limits: &'a Limits,
    /// Whether there is but one.
    is_alone: bool,
    /// Called when a profile is read for the first time.
    seen: &'a (dyn Fn() + Sync),
}

/// What came of a block.
#[derive(Default)]
struct Block {
    /// The sum; `None` where it is too large to be made beside others.
    part: Option<PartialSum>,
    added: Vec<Added>,
    bad: Vec<Bad>,
    /// Whether some are not like the others.
    is_mixed: bool,
}

/// What is known of a profile that was added.
struct Added {
    at: usize,
    heading: Heading,
    header: Header,
    input: Option<Input>,
}

impl<'a> Summing<'a> {
    /// As all are like the first, so that each is read once. `None` where one is not.
    fn of_alike(&self) -> anyhow::Result<Option<Read<'a>>> {
        let Some(first) = self.first_heading()? else {
            bail!("{}: found no profile that can be read", self.names());
        };
        let plan = Plan {
            plan: SumPlan::alike(&first).with_context(|| self.names())?,
            like: Some(&first),
            numbers: Vec::new(),
        };
        self.run(&plan)
    }

    /// After a look at the types of all.
    fn of_mixed(&self) -> anyhow::Result<Read<'a>> {
        let mut headings: Vec<Heading> = Vec::new();
        let mut numbers = Vec::new();
        let mut bad = Vec::new();
        let look = |_: usize, source: &NamedSource| self.heading(source);
        self.many.in_order(self.sources, look, |at, heading| {
            match heading {
                Ok(heading) => {
                    numbers.push(Some(headings.len()));
                    headings.push(match headings.first() {
                        Some(first) => heading.sharing(first),
                        None => heading,
                    });
                }
                Err(error) if self.many.keeps_going => {
                    numbers.push(None);
                    bad.push((at, error));
                }
                Err(error) => return Err(error),
            }
            Ok(())
        })?;
        let plan = Plan {
            plan: SumPlan::of(&headings).with_context(|| self.examples(&headings, &numbers))?,
            like: None,
            numbers,
        };
        let mut read = self
            .run(&plan)?
            .ok_or_else(|| anyhow!("{}: found types that change", self.names()))?;
        read.bad.extend(bad);
        read.bad.sort_by_key(|(at, _)| *at);
        Ok(read)
    }

    /// The first that can be read; what cannot is told of later.
    fn first_heading(&self) -> anyhow::Result<Option<Heading>> {
        for source in self.sources {
            match self.heading(source) {
                Ok(heading) => return Ok(Some(heading)),
                Err(_) if self.many.keeps_going => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    fn heading(&self, source: &NamedSource) -> anyhow::Result<Heading> {
        let reader = ProfileReader::open_tables(source, self.limits);
        let reader = reader.with_context(|| source.path.clone())?;
        Ok(Heading::of(reader.tables()))
    }

    fn run(&self, plan: &Plan<'_>) -> anyhow::Result<Option<Read<'a>>> {
        let blocks = match self.sources.len() {
            few if few <= FEW => std::iter::once(0..few).collect(),
            many => blocks_of_sums(many),
        };
        let progress = self.many.progress(self.sources.len());
        let mut total = Total {
            summing: self,
            plan,
            limits: self.many.limits(self.limits),
            sum: None,
            headings: Vec::new(),
            headers: Headers::default(),
            inputs: Vec::new(),
            bad: Vec::new(),
        };
        let part_limits = match blocks.len() {
            1 => total.limits,
            _ => self.many.limits_of_part(self.limits),
        };
        let mut is_mixed = false;
        let seen = || {
            if let Some(progress) = &progress {
                progress.add(1);
            }
        };
        let making = Making {
            limits: &part_limits,
            is_alone: blocks.len() == 1,
            seen: &seen,
        };
        let work = |_: usize, range: &Range<usize>| self.block(plan, range, &making);
        let all = self.many.sums_in_order(&blocks, work, |at, block| {
            is_mixed = block.is_mixed;
            if is_mixed {
                bail!("found types that differ");
            }
            total.take(blocks.get(at).cloned().unwrap_or_default(), block)
        });
        if is_mixed {
            return Ok(None);
        }
        all?;
        total.finish().map(Some)
    }

    /// The sum of a block; where one cannot be read after some of it was added, the sum of the others is made anew, for
    /// which those that are new are looked through before they are added: it is made anew but once.
    fn block(&self, plan: &Plan<'_>, range: &Range<usize>, making: &Making<'_>) -> Block {
        let mut block = Block::default();
        let mut next = range.start;
        let mut is_wary = false;
        loop {
            let mut part = PartialSum::new(&plan.plan, making.limits);
            block.added.clear();
            let mut is_spoilt = false;
            for at in range.clone() {
                if plan.number(at).is_none() || block.bad.iter().any(|(known, _)| *known == at) {
                    continue;
                }
                let is_new = at >= next;
                if is_new {
                    (making.seen)();
                    next = at + 1;
                }
                if is_new
                    && is_wary
                    && let Err(error) = self.look_through(at)
                {
                    block.bad.push((at, error));
                    continue;
                }
                let mut is_touched = false;
                match self.add(&mut part, plan, (at, making.is_alone), &mut is_touched) {
                    Ok(Some(added)) => block.added.push(added),
                    Ok(None) => {
                        block.is_mixed = true;
                        return block;
                    }
                    Err(error) => {
                        block.bad.push((at, error));
                        if is_touched || !self.many.keeps_going {
                            is_spoilt = true;
                            break;
                        }
                    }
                }
                if part.is_full() && !making.is_alone {
                    self.try_rest(plan, at + 1..range.end, &mut block);
                    return block;
                }
            }
            if !is_spoilt || !self.many.keeps_going {
                block.part = Some(part);
                return block;
            }
            is_wary = true;
        }
    }

    /// Whether a profile can be read that is not read whole before it is added.
    fn look_through(&self, at: usize) -> anyhow::Result<()> {
        match self.sources.get(at) {
            Some(source) if !many::is_small(source) => self.try_to_read(source),
            _ => Ok(()),
        }
    }

    fn try_to_read(&self, source: &NamedSource) -> anyhow::Result<()> {
        let options = RankOptions::new(Granularity::Packages);
        let tried = rank(source, &options, self.limits);
        tried.map(drop).with_context(|| source.path.clone())
    }

    /// Tells which of those that are added later cannot be read.
    fn try_rest(&self, plan: &Plan<'_>, rest: Range<usize>, block: &mut Block) {
        let rest = rest.filter(|at| plan.number(*at).is_some());
        for at in rest.filter(|_| self.many.keeps_going) {
            let Some(source) = self.sources.get(at) else {
                continue;
            };
            if let Err(error) = self.try_to_read(source)
                && !block.bad.iter().any(|(known, _)| *known == at)
            {
                block.bad.push((at, error));
            }
        }
    }

    /// Adds a profile; `None` where it is not like the others. Tells whether some of it was added even where that is an
    /// error.
    fn add(
        &self,
        part: &mut PartialSum,
        plan: &Plan<'_>,
        (at, is_alone): (usize, bool),
        is_touched: &mut bool,
    ) -> anyhow::Result<Option<Added>> {
        let Some((source, number)) = self.sources.get(at).zip(plan.number(at)) else {
            bail!("found no profile {at}");
        };
        let reader = match is_alone {
            true => many::open_large(source, self.limits)?,
            false => many::open(source, self.limits)?,
        };
        let heading = Heading::of(reader.tables());
        let heading = match plan.like {
            Some(like) if !heading.is_alike(like) => return Ok(None),
            Some(like) => heading.sharing(like),
            None => heading,
        };
        *is_touched = true;
        let added = part.add(&plan.plan, number, &reader);
        added.with_context(|| source.path.clone())?;
        Ok(Some(Added {
            at,
            heading,
            header: Header::of(reader.tables()),
            input: self.input(source, &reader)?,
        }))
    }

    /// What is said of a profile, where that is.
    fn input(&self, source: &NamedSource, reader: &Reader) -> anyhow::Result<Option<Input>> {
        if !self.is_describing {
            return Ok(None);
        }
        let ranking = rank_reader(reader, &RankOptions::new(Granularity::Packages));
        let ranking = ranking.with_context(|| source.path.clone())?;
        Ok(Some(input_of(&source.path, &ranking)))
    }

    fn path(&self, at: usize) -> &'a str {
        self.sources.get(at).map_or("", |source| &source.path)
    }

    fn names(&self) -> String {
        let names: Vec<&str> = self.sources.iter().map(|s| &*s.path).collect();
        as_few(&names)
    }

    /// The names of profiles that are not alike, the first of each kind.
    fn examples(&self, headings: &[Heading], numbers: &[Option<usize>]) -> String {
        let mut kinds: Vec<&Heading> = Vec::new();
        let mut names = Vec::new();
        for (at, number) in numbers.iter().enumerate() {
            let heading = number.and_then(|number| headings.get(number));
            if let Some(heading) = heading
                && !kinds.iter().any(|known| known.is_alike(heading))
            {
                kinds.push(heading);
                names.push(self.path(at));
            }
        }
        as_few(&names)
    }
}

/// The sum of all so far.
struct Total<'a, 'b> {
    summing: &'b Summing<'a>,
    plan: &'b Plan<'b>,
    limits: Limits,
    sum: Option<PartialSum>,
    headings: Vec<Heading>,
    /// What the headers of inputs have in common.
    headers: Headers,
    inputs: Vec<(&'a str, Header, Option<Input>)>,
    bad: Vec<Bad>,
}

impl<'a> Total<'a, '_> {
    /// Takes the next block.
    fn take(&mut self, range: Range<usize>, mut block: Block) -> anyhow::Result<()> {
        if !self.summing.many.keeps_going && !block.bad.is_empty() {
            return Err(block.bad.swap_remove(0).1);
        }
        match (block.part, self.sum.take()) {
            (Some(part), None) => self.sum = Some(part.with_limits(&self.limits)),
            (Some(part), Some(mut sum)) => {
                sum.add_sum(part).with_context(|| self.summing.names())?;
                self.sum = Some(sum);
            }
            (None, sum) => {
                let new = || PartialSum::new(&self.plan.plan, &self.limits);
                let mut sum = sum.unwrap_or_else(new);
                block.added = self.add_directly(range, &block.bad, &mut sum)?;
                self.sum = Some(sum);
            }
        }
        for added in block.added {
            self.add(added);
        }
        self.bad.extend(block.bad);
        match self.sum.take_if(|sum| sum.is_full()) {
            Some(full) => self.close(full).map(drop),
            None => Ok(()),
        }
    }

    /// Keeps what is known of a profile that was added.
    fn add(&mut self, added: Added) {
        let heading = match self.headings.last() {
            Some(last) => added.heading.sharing(last),
            None => added.heading,
        };
        self.headings.push(heading);
        let header = self.headers.shared(added.header);
        let headers = &mut self.headers;
        let input = added.input.map(|input| input.sharing(headers));
        self.inputs
            .push((self.summing.path(added.at), header, input));
    }

    /// Adds the profiles of a block that takes too much memory beside others.
    fn add_directly(
        &self,
        range: Range<usize>,
        bad: &[Bad],
        sum: &mut PartialSum,
    ) -> anyhow::Result<Vec<Added>> {
        let is_bad = |at: usize| bad.iter().any(|(known, _)| *known == at);
        let good = range.filter(|at| self.plan.number(*at).is_some() && !is_bad(*at));
        let mut all = Vec::new();
        for at in good {
            let added = self.summing.add(sum, self.plan, (at, false), &mut false)?;
            all.extend(added);
            if sum.is_full() {
                break;
            }
        }
        Ok(all)
    }

    fn close(&self, sum: PartialSum) -> anyhow::Result<Reader> {
        let sum = sum.finish(&self.plan.plan, &self.headings, &self.limits);
        sum.with_context(|| self.summing.names())
    }

    fn finish(mut self) -> anyhow::Result<Read<'a>> {
        let Some(sum) = self.sum.take().filter(|sum| sum.count() > 0) else {
            bail!(
                "{}: found no profile that can be read",
                self.summing.names()
            );
        };
        Ok(Read {
            sum: self.close(sum)?,
            inputs: self.inputs,
            bad: self.bad,
        })
    }
}
