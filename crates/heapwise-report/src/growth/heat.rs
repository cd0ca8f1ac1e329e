//! What is in use over the series, by package and by site, as shades.

use std::collections::BTreeMap;

use heapwise_analysis::SiteGrowth;

use super::GrowthReport;
use super::chart::times_of;
use crate::page::heat::{Heat, HeatRow};

/// By package, where sites have one and are not counted within one another; and by site.
pub(super) fn heats(report: &GrowthReport) -> Vec<String> {
    let answer = &report.answer;
    let (times, is_timed) = times_of(answer);
    let name = &answer.sample_type.type_;
    let heat = |by: &str, rows: Vec<HeatRow>| {
        let heat = Heat {
            title: format!("{name} by {by}: the stronger, the more"),
            unit: answer.sample_type.unit.clone(),
            times: times.clone(),
            is_timed,
            rows,
        };
        heat.shown().html()
    };
    let packages = packages(report).and_then(|rows| heat("package", rows));
    let sites = heat("site", answer.sites.iter().map(site).collect());
    packages.into_iter().chain(sites).collect()
}

fn site(growth: &SiteGrowth) -> HeatRow {
    let name = growth.site.as_ref();
    HeatRow {
        name: name.map_or_else(String::new, |site| site.pprof_name()),
        values: growth.values.to_vec(),
    }
}

/// What all sites of a package have; `None` where that is what sites have, or cannot be told.
fn packages(report: &GrowthReport) -> Option<Vec<HeatRow>> {
    let sites = &report.answer.sites;
    let mut sums: BTreeMap<&str, Vec<i128>> = BTreeMap::new();
    let is_cum = report.is_cum;
    for growth in sites.iter().filter(|_| !is_cum) {
        let site = growth.site.as_ref();
        let package = site.and_then(|site| site.package.as_deref())?;
        let sum = sums
            .entry(package)
            .or_insert_with(|| vec![0; growth.values.len()]);
        for (sum, value) in sum.iter_mut().zip(growth.values.iter()) {
            *sum += value;
        }
    }
    let rows = sums.into_iter().map(|(name, values)| HeatRow {
        name: name.to_owned(),
        values,
    });
    let rows: Vec<HeatRow> = rows.collect();
    (!rows.is_empty() && rows.len() < sites.len()).then_some(rows)
}
