//! One file per subcommand: load, analyse, render.

mod bench;
mod benchmarked;
mod budget;
mod calls;
mod collect;
mod comments;
mod completions;
mod convert;
mod diff;
mod dump_places;
mod explain;
mod explained_claims;
mod export;
mod flame;
mod flame_sides;
mod form;
mod gc;
mod gc_sides;
mod goroutines;
mod growth;
mod help;
pub(crate) mod hints;
mod info;
mod input_notes;
mod instances;
mod instant;
mod level_claims;
mod levels;
mod list;
mod man;
mod memory_space;
mod newest;
mod operations;
mod present;
mod profiles;
mod raw;
mod report;
mod restarts;
mod rules;
mod runs;
mod same_moment;
mod schema;
mod series;
mod side;
mod sides;
mod source_files;
mod sources;
mod summed;
mod tags;
mod told_apart;
mod top;
mod traces;
mod tune;
mod verify;
mod view;
mod watch;
mod why;
mod windows;
mod work;

use crate::args::{Args, Command};
use crate::exit::Gate;

/// Runs the command that was asked for.
pub(crate) fn run(args: &Args) -> anyhow::Result<Gate> {
    match &args.command {
        Command::Top(top) => return top::run(top, args.color),
        Command::Diff(diff) => return diff::run(diff, args.color),
        Command::Verify(verify) => return verify::run(verify, args.color),
        Command::Goroutines(goroutines) => goroutines::run(goroutines, args.color)?,
        Command::Growth(growth) => return growth::run(growth, args.color),
        Command::Explain(explain) => explain::run(explain, args.color)?,
        Command::Bench(bench) => return bench::run(bench, args.color),
        Command::Tree(tree) => calls::tree(tree, args.color)?,
        Command::Peek(peek) => calls::peek(peek, args.color)?,
        Command::Flame(flame) => flame::run(flame, args.color)?,
        Command::Report(report) => report::run(report, args.color)?,
        Command::Traces(traces) => traces::run(traces, args.color)?,
        Command::Tags(tags) => tags::run(tags, args.color)?,
        Command::List(list) => list::run(list, args.color)?,
        Command::Raw(raw) => raw::run(raw, args.color)?,
        Command::Comments(comments) => comments::run(comments, args.color)?,
        Command::Gc(gc) if !gc.before.is_empty() => gc_sides::run(gc, args.color)?,
        Command::Gc(gc) => gc::run(gc, args.color)?,
        Command::Tune(tune) => tune::run(tune, args.color)?,
        Command::Watch(watch) => return watch::run(watch, args.color),
        Command::Collect(collect) => return collect::run(collect, args.color),
        Command::Sources(sources) => sources::run(sources, args.color)?,
        Command::Info(info) => info::run(info, args.color)?,
        Command::Merge(merge) => return convert::merge(merge, args.color),
        Command::Convert(convert) => return convert::run(convert, args.color),
        Command::Export(export) => return export::run(export),
        Command::Schema(schema) => schema::run(schema)?,
        Command::Completions(completions) => completions::run(completions)?,
        Command::Man(man) => man::run(man)?,
        Command::Help(topic) => help::run(topic)?,
    }
    Ok(Gate::Holds)
}
