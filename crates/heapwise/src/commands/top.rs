use anyhow::Context;
use heapwise_analysis::{
    BaseMode, Columns, PprofTop, PprofTopOptions, RankOptions, Ranking, Sampling, UnknownError,
    pprof_top, pprof_top_of, rank_profile,
};
use heapwise_report::{Format, TopReport, write_pprof_top};

use super::load;
use crate::args::{Color, TopArgs};
use crate::input::{NamedSource, open_all};
use crate::output::Output;

/// Runs `heapwise top`.
pub(crate) fn run(args: &TopArgs, color: Color) -> anyhow::Result<()> {
    let output = Output::new(&args.output, color);
    output.expect_format(TopReport::FORMATS)?;
    let inputs = Inputs::open(args, &output)?;
    if args.pprof_compatible {
        let top = compatible(args, &inputs, &output)?;
        return output.write(|out| write_pprof_top(&top, out));
    }
    let report = report(args, &inputs, &output)?;
    output.warn(&report.warnings)?;
    output.write(|out| report.write(output.format, output.layout, out))
}

/// The profiles to rank and the one to subtract.
struct Inputs {
    sources: Vec<NamedSource>,
    base: Option<(NamedSource, BaseMode)>,
}

impl Inputs {
    fn open(args: &TopArgs, output: &Output) -> anyhow::Result<Inputs> {
        let base = match (&args.base, &args.diff_base) {
            (Some(base), _) => Some((base, BaseMode::Base)),
            (None, Some(base)) => Some((base, BaseMode::DiffBase)),
            (None, None) => None,
        };
        let mut names = args.profiles.clone();
        names.extend(base.map(|(name, _)| name.clone()));
        let mut sources = open_all(&names, &output.limits)?;
        let base = match base {
            Some((_, mode)) => sources.pop().map(|source| (source, mode)),
            None => None,
        };
        Ok(Inputs { sources, base })
    }
}

/// What `go tool pprof -top` shows.
fn compatible(args: &TopArgs, inputs: &Inputs, output: &Output) -> anyhow::Result<PprofTop> {
    let mut options = PprofTopOptions::default();
    options.granularity = args.view.granularity();
    options.sample_index = args.view.sample_index.clone();
    options.cum = args.view.cum;
    options.node_count = args.view.limit(None).unwrap_or(0);
    options.node_fraction = args.view.nodefraction.unwrap_or(options.node_fraction);
    options.edge_fraction = args.edgefraction.unwrap_or(options.edge_fraction);
    let limits = &output.limits;
    if let ([source], None) = (inputs.sources.as_slice(), &inputs.base) {
        let top = pprof_top(source, &options, limits).with_context(|| source.path.clone())?;
        return top.with_context(|| source.path.clone());
    }
    let profile = match &inputs.base {
        None => load::merged_profile(&inputs.sources, limits)?,
        Some((base, mode)) => load::subtracted_profile(&inputs.sources, base, *mode, limits)?,
    };
    Ok(pprof_top_of(&profile, &options)?)
}

fn report(args: &TopArgs, inputs: &Inputs, output: &Output) -> anyhow::Result<TopReport> {
    let mut options = RankOptions::new(args.view.granularity());
    if inputs.base.is_none() && inputs.sources.len() == 1 && !shows_all_types(output) {
        options.columns = Columns::One(args.view.sample_index.clone());
    }
    let rankings = load::rank_each(&inputs.sources, &options, &output.limits)?;
    let mut described: Vec<_> = inputs
        .sources
        .iter()
        .zip(&rankings)
        .map(|(source, ranking)| load::input_of(source, ranking))
        .collect();
    let ranking = match &inputs.base {
        None => load::sum(&inputs.sources, rankings)?,
        Some((base, mode)) => {
            let base_ranking =
                load::rank_each(std::slice::from_ref(base), &options, &output.limits)?;
            described.extend(base_ranking.iter().map(|r| load::input_of(base, r)));
            subtracted(inputs, base, *mode, &options, output)?
        }
    };
    let sample_index = ranking
        .header
        .sample_index(args.view.sample_index.as_deref())
        .with_context(|| names(&inputs.sources))?;
    Ok(TopReport {
        warnings: load::input_warnings(&described),
        inputs: described,
        ranking,
        sample_index,
        by_cum: args.view.cum,
        limit: args.view.limit(output.is_terminal.then_some(20)),
        node_fraction: args.view.nodefraction.unwrap_or(0.0),
        confidence: args.confidence,
    })
}

/// Whether the report has room for the sample types that were not asked for.
fn shows_all_types(output: &Output) -> bool {
    output.format == Format::Text && TopReport::shows_all_types(output.layout)
}

fn subtracted(
    inputs: &Inputs,
    base: &NamedSource,
    mode: BaseMode,
    options: &RankOptions,
    output: &Output,
) -> anyhow::Result<Ranking> {
    let profile = load::subtracted_profile(&inputs.sources, base, mode, &output.limits)?;
    let mut ranking = rank_profile(&profile, options);
    ranking.sampling = Sampling::Unknown(UnknownError::Difference);
    Ok(ranking)
}

fn names(sources: &[NamedSource]) -> String {
    let names: Vec<&str> = sources.iter().map(|source| source.path.as_str()).collect();
    names.join(", ")
}
