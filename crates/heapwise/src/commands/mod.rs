//! One file per subcommand: load, analyse, render.

mod budget;
mod convert;
mod diff;
mod goroutines;
mod info;
mod load;
mod merge;
mod schema;
mod seen;
mod sides;
mod top;
mod verify;
mod view;
mod written;

use crate::args::{Args, Command};
use crate::exit::Gate;

/// Runs the command that was asked for.
pub(crate) fn run(args: &Args) -> anyhow::Result<Gate> {
    match &args.command {
        Command::Top(top) => top::run(top, args.color)?,
        Command::Diff(diff) => diff::run(diff, args.color)?,
        Command::Verify(verify) => return verify::run(verify, args.color),
        Command::Goroutines(goroutines) => goroutines::run(goroutines, args.color)?,
        Command::Info(info) => info::run(info, args.color)?,
        Command::Merge(merge) => merge::run(merge, args.color)?,
        Command::Convert(convert) => convert::run(convert, args.color)?,
        Command::Schema(schema) => schema::run(schema)?,
    }
    Ok(Gate::Holds)
}
