use anyhow::bail;
use clap::Args as ClapArgs;
use heapwise_analysis::{Objects, Trim, ViewOptions};
use heapwise_report::Format;

use super::{FilterArgs, GraphArgs, OutputArgs, PathArgs, SourceArgs, ValueArgs, ViewArgs};

/// What is asked of profiles, whatever becomes of the answer.
#[derive(Debug, ClapArgs)]
pub(crate) struct QuestionArgs {
    #[command(flatten)]
    pub(crate) sources: SourceArgs,
    #[command(flatten)]
    pub(crate) view: ViewArgs,
    #[command(flatten)]
    pub(crate) values: ValueArgs,
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
    #[command(flatten)]
    pub(crate) paths: PathArgs,
    #[command(flatten)]
    pub(crate) graph: GraphArgs,
}

/// What every report of pprof's takes.
#[derive(Debug, ClapArgs)]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    pub(crate) question: QuestionArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

impl ReportArgs {
    /// Refuses options that mean nothing to a report in heapwise's own layout, and other formats of
    /// what pprof prints.
    pub(crate) fn refuse(&self, unused: &[&str]) -> anyhow::Result<()> {
        let asked = self.output.format.filter(|&format| format != Format::Text);
        match asked {
            Some(format) if self.question.graph.pprof_compatible => bail!(
                "--format: found {}, expected text: --pprof-compatible prints what pprof prints",
                format.name()
            ),
            _ => self.question.refuse(unused),
        }
    }
}

impl QuestionArgs {
    /// The options of a view; where nothing else is asked for, `default` is left out.
    pub(crate) fn options(&self, default: Trim) -> ViewOptions {
        let (view, values, graph, paths) = (&self.view, &self.values, &self.graph, &self.paths);
        let mut options = ViewOptions::default();
        options.granularity = view.asked_granularity();
        options.sample_index = view.sample_index.clone();
        options.cum = view.cum;
        options.mean = values.mean;
        if !graph.pprof_compatible {
            options.objects = Objects::OfValue;
        }
        options.divide_by = values.divide_by;
        if let Some(unit) = &values.unit {
            options.unit.clone_from(unit);
        }
        options.comment.clone_from(&self.sources.add_comment);
        options.no_inlines = values.noinlines;
        options.show_columns = values.showcolumns;
        options.relative_percentages = values.relative_percentages;
        options.call_tree = graph.call_tree;
        options.compact_labels = graph.compact_labels;
        options.trim_path = paths.trim_path.clone().unwrap_or_default();
        options.source_path = paths.source_path.clone().unwrap_or_default();
        options.trim = self.trim(default);
        options
    }

    fn trim(&self, default: Trim) -> Trim {
        let default = match self.graph.pprof_compatible {
            true => Trim::default(),
            false => default,
        };
        let mut trim = match self.values.trim {
            true => self.view.trim(default),
            false => Trim::NONE,
        };
        if let Some(part) = self.graph.edgefraction.filter(|_| self.values.trim) {
            trim.edge_fraction = part;
        }
        trim.drop_negative = self.values.drop_negative;
        trim
    }

    /// Refuses options that mean nothing to a report in heapwise's own layout; as pprof does, what
    /// `--pprof-compatible` prints lets them pass.
    pub(crate) fn refuse(&self, unused: &[&str]) -> anyhow::Result<()> {
        if self.graph.pprof_compatible {
            return Ok(());
        }
        let given = self.given();
        match given.iter().find(|name| unused.contains(name)) {
            Some(name) => bail!(
                "--{name}: means nothing to this report (pprof takes and ignores it: so does \
                 --pprof-compatible)"
            ),
            None => Ok(()),
        }
    }

    /// The options that were given, of those that not every report has.
    fn given(&self) -> Vec<&'static str> {
        let (view, values, graph, paths) = (&self.view, &self.values, &self.graph, &self.paths);
        let all = [
            ("granularity", view.asked_granularity().is_some()),
            ("sample-index", view.sample_index.is_some()),
            ("cum", view.cum),
            ("flat", view.flat),
            ("nodecount", view.nodecount.is_some()),
            ("nodefraction", view.nodefraction.is_some()),
            ("mean", values.mean),
            ("divide-by", values.divide_by != 1.0),
            ("unit", values.unit.is_some()),
            ("noinlines", values.noinlines),
            ("showcolumns", values.showcolumns),
            ("drop-negative", values.drop_negative),
            ("relative-percentages", values.relative_percentages),
            ("trim", !values.trim),
            ("trim-path", paths.trim_path.is_some()),
            ("source-path", paths.source_path.is_some()),
            ("edgefraction", graph.edgefraction.is_some()),
            ("call-tree", graph.call_tree),
            ("compact-labels", graph.compact_labels),
            ("add-comment", self.sources.add_comment.is_some()),
            ("all-frames", self.sources.all_frames),
        ];
        let given = all.into_iter().filter(|&(_, is_given)| is_given);
        let given = given.map(|(name, _)| name);
        given.chain(self.filters.given()).collect()
    }
}
