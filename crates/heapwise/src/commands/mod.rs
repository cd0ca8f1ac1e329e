//! One file per subcommand: load, analyse, render.

mod diff;
mod info;
mod load;
mod schema;
mod sides;
mod top;

use crate::args::{Args, Command};

/// Runs the command that was asked for.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    match &args.command {
        Command::Top(top) => top::run(top, args.color),
        Command::Diff(diff) => diff::run(diff, args.color),
        Command::Info(info) => info::run(info, args.color),
        Command::Schema(schema) => schema::run(schema),
    }
}
