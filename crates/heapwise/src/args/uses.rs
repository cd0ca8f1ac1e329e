//! Which options each command uses, and in which formats it answers. What a command does not use is
//! not in its help, and is refused unless the answer is pprof's, which takes and ignores it.

use std::marker::PhantomData;
use std::ops::Deref;

use clap::builder::TypedValueParser;
use clap::builder::{PossibleValue, PossibleValuesParser, StyledStr, ValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args as ClapArgs, Command, Error, FromArgMatches, Id};
use heapwise_report::{
    CallsReport, CommentsReport, DiffReport, Format, GoroutinesReport, InfoReport, ListReport,
    RawReport, TagsReport, TopReport, TracesReport, VerifyReport,
};

use super::filters::{LabelFrameArgs, NameArgs, PruneArgs};
use super::output::OutputArgs;
use super::report::{CompatibleArgs, QuestionArgs, ReportArgs};
use super::sources::{BaseArgs, CommentArgs, FrameArgs, PathArgs};
use super::target::{ConvertArgs, Target, TargetArgs};
use super::values::{
    CallTreeArgs, ColumnArgs, ConfidenceArgs, CountArgs, DivideArgs, EdgeArgs, FractionArgs,
    InlineArgs, MeanArgs, OrderArgs, PercentArgs, SampleTypeArgs, SiteArgs, TrimArgs, UnitArgs,
};
use super::{DiffArgs, GoroutinesArgs, InfoArgs, ListArgs, PeekArgs, TopArgs, VerifyArgs};

/// Options, by the structs that define them.
type Options = Vec<Id>;

macro_rules! options {
    ($($group:ty),* $(,)?) => { [$(options_of::<$group>()),*].concat() };
}

fn options_of<G: ClapArgs>() -> Options {
    let known = G::augment_args(Command::new(""));
    let options = known.get_arguments().filter(|arg| !arg.is_positional());
    options.map(|arg| arg.get_id().clone()).collect()
}

/// A command, by what it uses of its arguments `A`.
pub(crate) trait Uses<A> {
    /// The formats of its answer; none where it writes profiles.
    const FORMATS: &'static [Format] = &[];

    /// The options that mean something to it; `None` is all that it has.
    fn options() -> Option<Options> {
        None
    }

    /// As [`Uses::options`], where it was asked so.
    fn options_for(_: &A) -> Option<Options> {
        Self::options()
    }
}

/// Arguments that have all options of reports.
pub(crate) trait Asks {
    /// What is asked of profiles.
    fn question(&self) -> Option<&QuestionArgs> {
        None
    }
}

/// `heapwise top`.
#[derive(Debug)]
pub(crate) struct Top;

impl Uses<TopArgs> for Top {
    const FORMATS: &'static [Format] = TopReport::FORMATS;

    fn options() -> Option<Options> {
        let own = options![
            FrameArgs,
            OrderArgs,
            CountArgs,
            FractionArgs,
            TrimArgs,
            ConfidenceArgs
        ];
        Some(
            [
                own,
                report(),
                sites(),
                values(),
                filters(),
                labels_as_frames(),
            ]
            .concat(),
        )
    }
}

/// `heapwise tree`.
#[derive(Debug)]
pub(crate) struct Tree;

impl Uses<TopArgs> for Tree {
    const FORMATS: &'static [Format] = CallsReport::FORMATS;

    fn options() -> Option<Options> {
        Some([Top::options()?, options![EdgeArgs, PathArgs]].concat())
    }
}

/// `heapwise peek`.
#[derive(Debug)]
pub(crate) struct Peek;

impl Uses<PeekArgs> for Peek {
    const FORMATS: &'static [Format] = CallsReport::FORMATS;

    fn options() -> Option<Options> {
        let own = options![FrameArgs, OrderArgs, PathArgs, ConfidenceArgs];
        Some(
            [
                own,
                report(),
                sites(),
                values(),
                filters(),
                labels_as_frames(),
            ]
            .concat(),
        )
    }
}

/// `heapwise traces`.
#[derive(Debug)]
pub(crate) struct Traces;

impl Uses<ReportArgs> for Traces {
    const FORMATS: &'static [Format] = TracesReport::FORMATS;

    fn options() -> Option<Options> {
        let own = options![FrameArgs, CountArgs, TrimArgs];
        Some(
            [
                own,
                report(),
                sites(),
                values(),
                filters(),
                labels_as_frames(),
            ]
            .concat(),
        )
    }
}

/// `heapwise tags`.
#[derive(Debug)]
pub(crate) struct Tags;

impl Uses<ReportArgs> for Tags {
    const FORMATS: &'static [Format] = TagsReport::FORMATS;

    fn options() -> Option<Options> {
        let own = options![CountArgs, TrimArgs, NameArgs];
        Some([own, report(), values()].concat())
    }
}

/// `heapwise list`.
#[derive(Debug)]
pub(crate) struct List;

impl Uses<ListArgs> for List {
    const FORMATS: &'static [Format] = ListReport::FORMATS;

    fn options() -> Option<Options> {
        let own = options![FrameArgs, InlineArgs, PathArgs];
        Some([own, report(), values(), filters()].concat())
    }
}

/// `heapwise raw`.
#[derive(Debug)]
pub(crate) struct Raw;

impl Uses<ReportArgs> for Raw {
    const FORMATS: &'static [Format] = RawReport::FORMATS;

    fn options() -> Option<Options> {
        let own = options![FrameArgs, CommentArgs, InlineArgs, ColumnArgs];
        Some([own, report(), filters(), labels_as_frames()].concat())
    }
}

/// `heapwise comments`.
#[derive(Debug)]
pub(crate) struct Comments;

impl Uses<ReportArgs> for Comments {
    const FORMATS: &'static [Format] = CommentsReport::FORMATS;

    fn options() -> Option<Options> {
        Some([report(), options![CommentArgs]].concat())
    }
}

/// `heapwise convert` and `heapwise merge`.
#[derive(Debug)]
pub(crate) struct Convert;

impl Uses<ConvertArgs> for Convert {
    /// What means something to any form.
    fn options() -> Option<Options> {
        let forms = [
            Target::Pprof,
            Target::Folded,
            Target::Dot,
            Target::Callgrind,
        ];
        Some(forms.into_iter().flat_map(of_form).collect())
    }

    fn options_for(args: &ConvertArgs) -> Option<Options> {
        Some(of_form(args.target.form()))
    }
}

/// What means something to a form that profiles are written in.
fn of_form(form: Target) -> Options {
    let own = match form {
        Target::Pprof => options![CommentArgs, DivideArgs, UnitArgs, InlineArgs],
        Target::Folded => options![SampleTypeArgs, DivideArgs, InlineArgs],
        Target::Callgrind => [
            options![OrderArgs, CallTreeArgs, PathArgs, InlineArgs, ColumnArgs],
            options![SampleTypeArgs, MeanArgs, DivideArgs, UnitArgs],
        ]
        .concat(),
        Target::Dot => [
            options![
                CommentArgs,
                CountArgs,
                FractionArgs,
                EdgeArgs,
                TrimArgs,
                CallTreeArgs
            ],
            [options![PathArgs], sites(), values()].concat(),
        ]
        .concat(),
        Target::Topproto => [
            options![OrderArgs, CountArgs, FractionArgs, TrimArgs],
            [options![PathArgs], sites(), values()].concat(),
        ]
        .concat(),
    };
    let every = options![BaseArgs, FrameArgs, CompatibleArgs, TargetArgs];
    [own, every, filters(), labels_as_frames()].concat()
}

/// What all reports have.
fn report() -> Options {
    options![BaseArgs, CompatibleArgs, OutputArgs]
}

/// What counts as one site.
fn sites() -> Options {
    options![SiteArgs, InlineArgs, ColumnArgs]
}

/// Which values are shown, and how.
fn values() -> Options {
    let chosen = options![SampleTypeArgs];
    let shown = options![MeanArgs, DivideArgs, UnitArgs, PercentArgs];
    [chosen, shown].concat()
}

fn filters() -> Options {
    options![NameArgs, PruneArgs]
}

fn labels_as_frames() -> Options {
    options![LabelFrameArgs]
}

/// `heapwise diff`, which has what it uses.
#[derive(Debug)]
pub(crate) struct Diff;

impl Uses<DiffArgs> for Diff {
    const FORMATS: &'static [Format] = DiffReport::FORMATS;
}

impl Asks for DiffArgs {}

/// `heapwise verify`, which has what it uses.
#[derive(Debug)]
pub(crate) struct Verify;

impl Uses<VerifyArgs> for Verify {
    const FORMATS: &'static [Format] = VerifyReport::FORMATS;
}

impl Asks for VerifyArgs {}

/// `heapwise goroutines`, which has what it uses.
#[derive(Debug)]
pub(crate) struct Goroutines;

impl Uses<GoroutinesArgs> for Goroutines {
    const FORMATS: &'static [Format] = GoroutinesReport::FORMATS;
}

impl Asks for GoroutinesArgs {}

/// `heapwise info`, which has what it uses.
#[derive(Debug)]
pub(crate) struct Info;

impl Uses<InfoArgs> for Info {
    const FORMATS: &'static [Format] = InfoReport::FORMATS;
}

impl Asks for InfoArgs {}

impl Asks for TopArgs {
    fn question(&self) -> Option<&QuestionArgs> {
        Some(&self.report.question)
    }
}

impl Asks for PeekArgs {
    fn question(&self) -> Option<&QuestionArgs> {
        Some(&self.tree.report.question)
    }
}

impl Asks for ReportArgs {
    fn question(&self) -> Option<&QuestionArgs> {
        Some(&self.question)
    }
}

impl Asks for ListArgs {
    fn question(&self) -> Option<&QuestionArgs> {
        Some(&self.report.question)
    }
}

impl Asks for ConvertArgs {
    fn question(&self) -> Option<&QuestionArgs> {
        Some(&self.question)
    }
}

/// Arguments of which the command `C` uses some.
#[derive(Debug)]
pub(crate) struct ArgsOf<A, C> {
    args: A,
    /// The options that were given.
    given: Vec<Id>,
    command: PhantomData<C>,
}

impl<A, C> Deref for ArgsOf<A, C> {
    type Target = A;

    fn deref(&self) -> &A {
        &self.args
    }
}

impl<A, C> ArgsOf<A, C> {
    /// Those of a set of options that were given, as they are spelled.
    pub(crate) fn given_of<G: ClapArgs>(&self) -> Vec<String> {
        let known = G::augment_args(Command::new(""));
        let given = known.get_arguments();
        let given = given.filter(|arg| self.given.contains(arg.get_id()));
        given.map(spelled).collect()
    }
}

impl<A: ClapArgs + Asks, C: Uses<A>> ArgsOf<A, C> {
    fn checked(args: A, given: Vec<Id>) -> Result<Self, Error> {
        let is_compatible = args.question().is_some_and(QuestionArgs::is_compatible);
        if let Some(used) = C::options_for(&args).filter(|_| !is_compatible) {
            let known = A::augment_args(Command::new(""));
            let mut options = known
                .get_arguments()
                .filter(|arg| given.contains(arg.get_id()));
            if let Some(arg) = options.find(|arg| is_unused(arg, &used)) {
                return Err(means_nothing(arg));
            }
        }
        Ok(ArgsOf {
            args,
            given,
            command: PhantomData,
        })
    }
}

impl<A: ClapArgs + Asks, C: Uses<A>> FromArgMatches for ArgsOf<A, C> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        Self::checked(A::from_arg_matches(matches)?, given(matches))
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, Error> {
        let given = given(matches);
        Self::checked(A::from_arg_matches_mut(matches)?, given)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl<A: ClapArgs + Asks, C: Uses<A>> ClapArgs for ArgsOf<A, C> {
    fn group_id() -> Option<Id> {
        A::group_id()
    }

    fn augment_args(command: Command) -> Command {
        let used = C::options();
        A::augment_args(command).mut_args(|arg| match &used {
            Some(used) if is_unused(&arg, used) => arg.hide(true),
            _ if is_format(&arg) => arg.value_parser(format_parser(C::FORMATS)),
            _ => arg,
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

fn given(matches: &ArgMatches) -> Vec<Id> {
    let is_given = |id: &&Id| matches.value_source(id.as_str()) == Some(ValueSource::CommandLine);
    matches.ids().filter(is_given).cloned().collect()
}

fn is_unused(arg: &Arg, used: &[Id]) -> bool {
    !arg.is_positional() && !used.contains(arg.get_id())
}

/// Refuses an option in the words for one that is not known.
fn means_nothing(arg: &Arg) -> Error {
    let mut error = Error::new(ErrorKind::UnknownArgument);
    error.insert(ContextKind::InvalidArg, ContextValue::String(spelled(arg)));
    let tip = "pprof takes and ignores it, and so does this command with --pprof-compatible";
    let tip = ContextValue::StyledStrs(vec![StyledStr::from(tip)]);
    error.insert(ContextKind::Suggested, tip);
    error
}

/// An option as errors name it.
pub(crate) fn spelled(arg: &Arg) -> String {
    format!("--{}", arg.get_long().unwrap_or_default())
}

fn is_format(arg: &Arg) -> bool {
    arg.get_value_parser().type_id() == std::any::TypeId::of::<Format>()
}

fn format_parser(formats: &'static [Format]) -> ValueParser {
    let value = |format: &Format| {
        let value = PossibleValue::new(format.name());
        match format {
            Format::Markdown => value.alias("md"),
            _ => value,
        }
    };
    let names = PossibleValuesParser::new(formats.iter().map(value));
    ValueParser::new(names.map(|name| Format::from_name(&name).unwrap_or_default()))
}
