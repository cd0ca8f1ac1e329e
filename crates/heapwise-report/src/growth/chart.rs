//! What is in use over the series, as a picture.

use heapwise_analysis::stats::LevelLabel;
use heapwise_analysis::{GrowthAnswer, RateTime, SiteGrowth};

use super::GrowthReport;
use crate::page::chart::{Band, Chart, Line, MOST_LINES};
use crate::page::times::times;

const HOUR: f64 = 3600.0;

/// When its points were, where that is known.
pub(super) fn times_of(answer: &GrowthAnswer) -> (Vec<f64>, bool) {
    let is_known = answer.time != RateTime::Unknown;
    let points = answer.points.iter();
    times(points.map(|point| point.nanos.filter(|_| is_known)))
}

/// The total, and the sites that change most.
pub(super) fn charts(report: &GrowthReport) -> Vec<String> {
    let answer = &report.answer;
    let (times, is_timed) = times_of(answer);
    let chart = |title: String, sites: Vec<&SiteGrowth>| {
        let lines = sites.into_iter().map(|site| line(site, &times, is_timed));
        let chart = Chart {
            title,
            unit: answer.sample_type.unit.clone(),
            times: times.clone(),
            is_timed,
            lines: lines.collect(),
            ..Chart::default()
        };
        chart.svg()
    };
    let name = &answer.sample_type.type_;
    let total = chart(format!("{name} in all"), vec![&answer.total]);
    let sites = answer.sites.iter().take(MOST_LINES).collect();
    let sites = chart(format!("{name} by site, what grows first"), sites);
    total.into_iter().chain(sites).collect()
}

fn line(site: &SiteGrowth, times: &[f64], is_timed: bool) -> Line {
    let values: Vec<f64> = site.values.iter().map(|value| value as f64).collect();
    let name = site.site.as_ref();
    Line {
        name: name.map_or_else(|| "total".to_owned(), |site| site.pprof_name()),
        band: band(site, &values, times, is_timed),
        values,
        ..Line::default()
    }
}

/// Where growth may lead from where it began: its rate at the least and at the most.
fn band(site: &SiteGrowth, values: &[f64], times: &[f64], is_timed: bool) -> Option<Band> {
    if site.verdict.label != LevelLabel::Growing {
        return None;
    }
    let since = site.trend.since;
    let start = values.get(since)?;
    let lasted = times.last()? - times.get(since)?;
    let lasted = if is_timed { lasted / HOUR } else { lasted };
    let rate = site.trend.rate;
    Some(Band {
        since,
        low: start + rate.low? * lasted,
        high: start + rate.high? * lasted,
    })
}
