//! Profiles as answers: the forms that `merge` and `convert` write.

use std::io;

use anyhow::bail;
use heapwise_analysis::View;
use heapwise_analysis::fold;
use heapwise_analysis::graph::{CallGraph, GraphKind};
use heapwise_decode::{Encoder, OtlpForm, encode, encode_otlp};
use heapwise_report::{write_callgrind, write_dot, write_folded};

use crate::args::{ConvertArgs, Target};
use crate::output::Output;

/// The form in which a profile is to be written, checked before any work.
pub(crate) struct Form {
    target: Target,
}

impl Form {
    /// What the options mean.
    pub(crate) fn new(args: &ConvertArgs, output: &Output) -> anyhow::Result<Self> {
        let target = args.target.form();
        if matches!(target, Target::Pprof | Target::Topproto | Target::Otlp) && output.is_terminal {
            bail!("stdout is a terminal, expected a file or a pipe: name a file with -o");
        }
        Ok(Self { target })
    }

    /// Writes what is looked at.
    pub(crate) fn write(&self, view: &View, output: &Output) -> anyhow::Result<()> {
        let limits = &output.limits;
        let graph = |kind| CallGraph::of(view, kind);
        match self.target {
            Target::Pprof => output.write(|out| {
                let mut encoder = Encoder::new(out);
                view.visit_as_profile(&mut encoder)
                    .map_err(io::Error::other)?;
                encoder.finish()
            }),
            Target::Otlp => write_otlp(view, OtlpForm::Protobuf, output),
            Target::OtlpJson => write_otlp(view, OtlpForm::Json, output),
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

/// OTLP has its profiles before the tables that they share, so that all is in memory before any is written.
fn write_otlp(view: &View, form: OtlpForm, output: &Output) -> anyhow::Result<()> {
    let profile = view.to_profile(&output.limits)?;
    output.write(|out| encode_otlp(&profile, form, out))
}
