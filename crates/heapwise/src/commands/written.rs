//! Profiles as answers: the forms that `merge` and `convert` write.

use anyhow::bail;
use heapwise_analysis::View;
use heapwise_analysis::fold;
use heapwise_analysis::graph::{CallGraph, GraphKind};
use heapwise_decode::encode;
use heapwise_report::{write_callgrind, write_dot, write_folded};

use crate::args::{ConvertArgs, Target};
use crate::output::Output;

/// The form in which a profile is to be written, checked before any work.
pub(crate) struct Written {
    target: Target,
}

impl Written {
    /// What the options mean; refuses those that the form does not have.
    pub(crate) fn new(args: &ConvertArgs, output: &Output) -> anyhow::Result<Self> {
        let by_extension = || by_extension(args.target.output.as_deref()?);
        let target = args
            .target
            .to
            .or_else(by_extension)
            .unwrap_or(Target::Pprof);
        if matches!(target, Target::Pprof | Target::Topproto) && output.is_terminal {
            bail!("stdout is a terminal, expected a file or a pipe: name a file with -o");
        }
        let question = &args.question;
        if target == Target::Pprof
            && question.view.sample_index.is_some()
            && !question.graph.pprof_compatible
        {
            bail!("--sample-index: a profile keeps all its values, expected --to folded with it");
        }
        question.refuse(&unused(target))?;
        Ok(Self { target })
    }

    /// Writes what is looked at.
    pub(crate) fn write(&self, view: &View, output: &Output) -> anyhow::Result<()> {
        let limits = &output.limits;
        let graph = |kind| CallGraph::of(view, kind);
        match self.target {
            Target::Pprof => {
                let profile = view.to_profile(limits)?;
                output.write(|out| encode(&profile, out))
            }
            Target::Folded => {
                let folded = fold(&view.to_profile(limits)?, view.sample_index());
                output.write(|out| write_folded(&folded, out))
            }
            Target::Dot => {
                let graph = graph(GraphKind::Dot)?;
                output.write(|out| write_dot(&graph, out))
            }
            Target::Callgrind => {
                let graph = graph(GraphKind::Callgrind)?;
                output.write(|out| write_callgrind(&graph, out))
            }
            Target::Topproto => {
                let profile = graph(GraphKind::Top)?.to_profile(view.tables(), limits)?;
                output.write(|out| encode(&profile, out))
            }
        }
    }
}

/// Options that mean nothing to a form.
fn unused(target: Target) -> Vec<&'static str> {
    const OF_GRAPHS: [&str; 15] = [
        "call-tree",
        "compact-labels",
        "cum",
        "drop-negative",
        "edgefraction",
        "flat",
        "granularity",
        "mean",
        "nodecount",
        "nodefraction",
        "relative-percentages",
        "showcolumns",
        "source-path",
        "trim",
        "trim-path",
    ];
    match target {
        Target::Pprof => OF_GRAPHS.to_vec(),
        Target::Folded => [&OF_GRAPHS[..], &["add-comment", "unit"]].concat(),
        Target::Dot => vec!["compact-labels", "cum", "flat"],
        Target::Callgrind => vec![
            "compact-labels",
            "edgefraction",
            "granularity",
            "nodecount",
            "nodefraction",
            "relative-percentages",
            "trim",
            "add-comment",
        ],
        Target::Topproto => vec!["call-tree", "compact-labels", "edgefraction", "add-comment"],
    }
}

fn by_extension(path: &str) -> Option<Target> {
    let (_, extension) = path.rsplit_once('.')?;
    match extension.to_ascii_lowercase().as_str() {
        "folded" => Some(Target::Folded),
        "dot" | "gv" => Some(Target::Dot),
        "callgrind" | "grind" => Some(Target::Callgrind),
        _ => None,
    }
}
