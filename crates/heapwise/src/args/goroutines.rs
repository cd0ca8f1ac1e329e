//! What is asked of goroutine dumps.

use clap::Args as ClapArgs;
use heapwise_analysis::{Date, GroupBy};

use super::numbers::date_parser;
use super::values::CountArgs;
use super::{FilterArgs, OpenArgs, OutputArgs};

/// `heapwise goroutines`.
#[derive(Debug, ClapArgs)]
#[command(after_help = GOROUTINES_HELP)]
pub(crate) struct GoroutinesArgs {
    /// Dumps in any form: goroutine and goroutineleak profiles, debug=1 and debug=2 texts, panics,
    /// logs with a SIGQUIT dump. A directory stands for all dumps in it (not in folders of it), `-` is stdin,
    /// :6060 a running program (help urls).
    #[arg(required = true, value_name = "DUMP")]
    pub(crate) dumps: Vec<String>,
    /// What goroutines have to share to be one group: stack, function, creator (told with
    /// debug=2), state or label:KEY.
    #[arg(long, value_name = "WHAT", default_value = "stack", value_parser = group_by_parser)]
    pub(crate) group_by: GroupBy,
    /// Show who creates whom instead of groups.
    #[arg(long, conflicts_with = "group_by")]
    pub(crate) tree: bool,
    #[command(flatten)]
    pub(crate) count: CountArgs,
    /// A budget file, heapwise.toml, whose suppress sections let leaks that are known off until a
    /// day: functions on a stack, or that created its goroutines.
    #[arg(long, value_name = "FILE")]
    pub(crate) budget: Option<String>,
    /// The day against which suppressions expire, such as 2027-01-31 [default: today, in UTC].
    #[arg(long, value_name = "DATE", value_parser = date_parser)]
    pub(crate) today: Option<Date>,
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
    #[command(flatten)]
    pub(crate) open: OpenArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

const GOROUTINES_HELP: &str = "\
Several dumps are a series: in the order of the times that they or the lines around them say; \
else as given (in a directory, \
and where a shell listed them, of their names, 2 before 10). Without times, numbers of goroutines, which only go up in one \
process, tell where another begins; where they fall again and again, they tell the order. Several dumps in one text, such as a log \
or a file that they were appended to, are a series, too, but for those of other processes than the last \
(restarts, pods): no claim holds by one alone. Texts are read as loggers, terminals, issues \
and JSON hand them on; what could not be read of them is said in the first lines, and no claim is \
decided on it. Files that differ only in the ending that tells \
the form (goroutine.07.pb.gz, goroutine.07.debug2.txt) are one instant and count once. A \
goroutineleak profile among them, or (leaked) marks, prove leaks, and of two such profiles the later \
tells which are new; a heap profile with debug=1 tells what stacks take. With fewer than five dumps a \
trend is a guess. Dumps with debug=2 number goroutines: those that grow old and never end are found \
though the pool around them comes and goes (in some eight dumps or more).";

fn group_by_parser(text: &str) -> Result<GroupBy, String> {
    GroupBy::parse(text).map_err(|error| error.to_string())
}
