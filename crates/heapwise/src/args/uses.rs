//! Which options each command uses, and in which formats it answers. What a command does not use is
//! not in its help, and is refused unless the answer is pprof's, and that is what pprof takes and ignores.

use std::marker::PhantomData;
use std::ops::Deref;

use clap::builder::TypedValueParser;
use clap::builder::{PossibleValue, PossibleValuesParser, StyledStr, ValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args as ClapArgs, Command, Error, FromArgMatches, Id};
use heapwise_report::{
    BenchReport, CallsReport, CollectReport, CommentsReport, DiffReport, ExplainReport,
    FlameReport, Format, GcReport, GoroutinesReport, GrowthReport, InfoReport, ListReport,
    RawReport, SourcesReport, TagsReport, TopReport, TracesReport, TuneReport, VerifyReport,
};

use super::filters::{LabelFrameArgs, NameArgs, PruneArgs};
use super::output::{OpenArgs, OutputArgs};
use super::report::{CompatibleArgs, QuestionArgs, RateArgs, ReportArgs};
use super::sources::{BaseArgs, CommentArgs, FrameArgs, PathArgs};
use super::target::{ConvertArgs, MemorySpaceArgs, Target, TargetArgs};
use super::values::{
    CallTreeArgs, ColumnArgs, ConfidenceArgs, CountArgs, DivideArgs, EdgeArgs, FractionArgs,
    InlineArgs, MeanArgs, OrderArgs, PercentArgs, RowArgs, SampleTypeArgs, SiteArgs, TrimArgs,
    UnitArgs,
};
use super::{
    BenchArgs, CollectArgs, DiffArgs, ExplainArgs, ExportArgs, FilesFromArgs, FlameArgs, GcArgs,
    GoroutinesArgs, GrowthArgs, InfoArgs, ListArgs, ManyArgs, PeekArgs, SourcesArgs, TopArgs,
    TuneArgs, VerifyArgs, WatchArgs,
};

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

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident of $args:ty, $report:ident: $options:expr;)*) => { $(
        $(#[$doc])*
        #[derive(Debug)]
        pub(crate) struct $name;

        impl Uses<$args> for $name {
            const FORMATS: &'static [Format] = $report::FORMATS;

            fn options() -> Option<Options> {
                $options
            }
        }
    )* };
}

commands! {
    /// `heapwise top`.
    Top of TopArgs, TopReport: Some([
        options![RateArgs, FilesFromArgs, ManyArgs],
        ranked(),
    ].concat());
    /// `heapwise tree`.
    Tree of TopArgs, CallsReport: Some([ranked(), options![EdgeArgs, PathArgs]].concat());
    /// `heapwise peek`.
    Peek of PeekArgs, CallsReport: Some([
        options![FrameArgs, OrderArgs, PathArgs, ConfidenceArgs],
        [report(), sites(), values(), filters(), options![LabelFrameArgs]].concat(),
    ].concat());
    /// `heapwise flame`.
    Flame of FlameArgs, FlameReport: Some(drawn());
    /// `heapwise traces`.
    Traces of ReportArgs, TracesReport: Some([
        options![FrameArgs, CountArgs, TrimArgs],
        [report(), sites(), values(), filters(), options![LabelFrameArgs]].concat(),
    ].concat());
    /// `heapwise tags`.
    Tags of ReportArgs, TagsReport: Some([
        options![CountArgs, TrimArgs, NameArgs],
        [report(), values()].concat(),
    ].concat());
    /// `heapwise list`.
    List of ListArgs, ListReport: Some([
        options![FrameArgs, InlineArgs, PathArgs],
        [report(), values(), filters()].concat(),
    ].concat());
    /// `heapwise raw`.
    Raw of ReportArgs, RawReport: Some([
        options![FrameArgs, CommentArgs, InlineArgs, ColumnArgs],
        [report(), filters(), options![LabelFrameArgs]].concat(),
    ].concat());
    /// `heapwise comments`.
    Comments of ReportArgs, CommentsReport: Some([report(), options![CommentArgs]].concat());
    /// `heapwise diff`, which has what it uses.
    Diff of DiffArgs, DiffReport: None;
    /// `heapwise verify`, which has what it uses.
    Verify of VerifyArgs, VerifyReport: None;
    /// `heapwise bench`, which has what it uses.
    Bench of BenchArgs, BenchReport: None;
    /// `heapwise goroutines`, which has what it uses.
    Goroutines of GoroutinesArgs, GoroutinesReport: None;
    /// `heapwise growth`, which has what it uses.
    Growth of GrowthArgs, GrowthReport: None;
    /// `heapwise explain`, which has what it uses.
    Explain of ExplainArgs, ExplainReport: None;
    /// `heapwise gc`, which has what it uses.
    Gc of GcArgs, GcReport: None;
    /// `heapwise tune`, which has what it uses.
    Tune of TuneArgs, TuneReport: None;
    /// `heapwise collect`, which has what it uses.
    Collect of CollectArgs, CollectReport: None;
    /// `heapwise sources`, which has what it uses.
    Sources of SourcesArgs, SourcesReport: None;
    /// `heapwise info`, which has what it uses.
    Info of InfoArgs, InfoReport: None;
}

/// `heapwise report`.
#[derive(Debug)]
pub(crate) struct Report;

impl Uses<FlameArgs> for Report {
    const FORMATS: &'static [Format] = &[Format::Html];

    fn options() -> Option<Options> {
        Some(drawn())
    }
}

/// `heapwise watch`, which has what it uses.
#[derive(Debug)]
pub(crate) struct Watch;

impl Uses<WatchArgs> for Watch {
    const FORMATS: &'static [Format] = &[Format::Text, Format::Json];
}

/// `heapwise export`, which has what it uses.
#[derive(Debug)]
pub(crate) struct Export;

impl Uses<ExportArgs> for Export {}

/// `heapwise convert`.
#[derive(Debug)]
pub(crate) struct Convert;

impl Uses<ConvertArgs> for Convert {
    fn options() -> Option<Options> {
        Some([Merge::options()?, options![MemorySpaceArgs]].concat())
    }

    fn options_for(args: &ConvertArgs) -> Option<Options> {
        match (args.space.memory_space, args.target.form()) {
            // It is made of one moment, and only pprof's form holds it.
            (true, Target::Pprof) => Some(options![MemorySpaceArgs, TargetArgs]),
            _ => Merge::options_for(args),
        }
    }
}

/// `heapwise merge`.
#[derive(Debug)]
pub(crate) struct Merge;

impl Uses<ConvertArgs> for Merge {
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
        Target::Pprof | Target::Otlp | Target::OtlpJson => {
            options![CommentArgs, DivideArgs, UnitArgs, InlineArgs]
        }
        Target::Folded => options![SampleTypeArgs, DivideArgs, InlineArgs],
        Target::Callgrind => [
            options![OrderArgs, CallTreeArgs, PathArgs, InlineArgs, ColumnArgs],
            options![SampleTypeArgs, MeanArgs, DivideArgs, UnitArgs],
        ]
        .concat(),
        Target::Dot => [
            options![CommentArgs, RowArgs, EdgeArgs, TrimArgs, CallTreeArgs],
            [options![PathArgs], sites(), values()].concat(),
        ]
        .concat(),
        Target::Topproto => [
            options![OrderArgs, RowArgs, TrimArgs],
            [options![PathArgs], sites(), values()].concat(),
        ]
        .concat(),
    };
    let every = options![
        FilesFromArgs,
        ManyArgs,
        BaseArgs,
        FrameArgs,
        CompatibleArgs,
        TargetArgs
    ];
    [own, every, filters(), options![LabelFrameArgs]].concat()
}

/// What a ranking of sites has.
fn ranked() -> Options {
    [
        options![FrameArgs, OrderArgs, RowArgs, TrimArgs, ConfidenceArgs],
        [
            report(),
            sites(),
            values(),
            filters(),
            options![LabelFrameArgs],
        ]
        .concat(),
    ]
    .concat()
}

/// What a picture of stacks has.
fn drawn() -> Options {
    let stacks = options![
        SampleTypeArgs,
        SiteArgs,
        InlineArgs,
        FractionArgs,
        CountArgs
    ];
    let others = options![
        FrameArgs,
        ConfidenceArgs,
        OpenArgs,
        OutputArgs,
        LabelFrameArgs
    ];
    [stacks, others, filters()].concat()
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

macro_rules! asks {
    ($($args:ty: |$self:ident| $question:expr;)*) => { $(
        impl Asks for $args {
            fn question(&self) -> Option<&QuestionArgs> {
                let $self = self;
                $question
            }
        }
    )* };
}

asks! {
    TopArgs: |args| Some(&args.report.question);
    PeekArgs: |args| Some(&args.tree.report.question);
    ReportArgs: |args| Some(&args.question);
    FlameArgs: |args| Some(&args.report.question);
    ListArgs: |args| Some(&args.report.question);
    ConvertArgs: |args| Some(&args.question);
}

impl Asks for DiffArgs {}
impl Asks for VerifyArgs {}
impl Asks for BenchArgs {}
impl Asks for GoroutinesArgs {}
impl Asks for GrowthArgs {}
impl Asks for ExplainArgs {}
impl Asks for ExportArgs {}
impl Asks for GcArgs {}
impl Asks for TuneArgs {}
impl Asks for WatchArgs {}
impl Asks for CollectArgs {}
impl Asks for InfoArgs {}
impl Asks for SourcesArgs {}

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
        if let Some(used) = C::options_for(&args) {
            let known = A::augment_args(Command::new(""));
            let mut options = known
                .get_arguments()
                .filter(|arg| given.contains(arg.get_id()));
            let is_ignored = |arg: &Arg| is_ignored_by_pprof(arg, &used);
            let is_refused =
                |arg: &&Arg| is_unused(arg, &used) && !(is_compatible && is_ignored(arg));
            if let Some(arg) = options.find(is_refused) {
                let is_for_other_forms = C::options().is_some_and(|all| !is_unused(arg, &all));
                return Err(means_nothing(arg, is_for_other_forms, is_ignored(arg)));
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
            Some(used) if arg.get_id() == "profiles" && has_list(used) => {
                arg.required(false).required_unless_present("files_from")
            }
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

/// Whether a list may name what is read.
fn has_list(used: &[Id]) -> bool {
    options![FilesFromArgs].iter().any(|id| used.contains(id))
}

/// Whether pprof takes an option that a command has no use for: its reports do, but for what only heapwise has.
fn is_ignored_by_pprof(arg: &Arg, used: &[Id]) -> bool {
    let own = options![
        FilesFromArgs,
        ManyArgs,
        RateArgs,
        FrameArgs,
        ConfidenceArgs,
        MemorySpaceArgs,
        TargetArgs,
        OpenArgs,
        OutputArgs,
    ];
    let is_report = options![CompatibleArgs].iter().all(|id| used.contains(id));
    is_report && !own.contains(arg.get_id())
}

/// Refuses an option in the words for one that is not known.
fn means_nothing(arg: &Arg, is_for_other_forms: bool, is_ignored: bool) -> Error {
    let mut error = Error::new(ErrorKind::UnknownArgument);
    error.insert(ContextKind::InvalidArg, ContextValue::String(spelled(arg)));
    let tips = [
        (is_for_other_forms, "another form has a use for it (--to)"),
        (
            is_ignored,
            "pprof takes and ignores it, and so does this command with --pprof-compatible",
        ),
    ];
    let tips = tips.into_iter().filter(|(holds, _)| *holds);
    let tips: Vec<StyledStr> = tips.map(|(_, tip)| StyledStr::from(tip)).collect();
    if !tips.is_empty() {
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
    }
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
