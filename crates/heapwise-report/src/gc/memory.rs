//! The screen of where the memory is, as a table that text and Markdown share, and what to do about it.

use heapwise_analysis::gc::{GcProcess, MemoryKind, MemoryScreen, OutsideRow, SiteBytes};
use heapwise_analysis::units::auto_label;

use super::facts::{label, percent};
use crate::formats::error_text::relative;
use crate::formats::site_text;
use crate::formats::table::{Cell, Column, Table};

/// Every byte on a row, the sites of the live heap under it, then what the system sees.
pub(super) fn table(process: &GcProcess, screen: &MemoryScreen) -> Table {
    let mut rows = Vec::new();
    for row in &screen.rows {
        let error = match (row.error, row.bytes) {
            (0, _) | (_, 0) => String::new(),
            (error, _) => format!("±{}", label(error)),
        };
        let name = row.kind.name();
        rows.push(line(
            label(row.bytes),
            error,
            share(row.bytes, screen.sys),
            name,
        ));
        if row.kind == MemoryKind::Live {
            rows.extend(process.live.iter().map(|site| site_row(site, screen.sys)));
        }
    }
    rows.push(line(
        label(screen.sys),
        String::new(),
        "100.0 %".to_owned(),
        "= all from the system (Sys)",
    ));
    rows.push(line(
        label(screen.counted),
        String::new(),
        share(screen.counted, screen.sys),
        "  without what is released (GOMEMLIMIT limits it)",
    ));
    for row in &screen.outside {
        let (bytes, name) = outside(*row);
        rows.push(line(label(bytes), String::new(), String::new(), name));
    }
    if let Some(resident) = screen.resident {
        rows.push(line(
            label(resident),
            String::new(),
            String::new(),
            "= resident, as the system says",
        ));
    }
    if let Some(most) = screen.max_resident {
        rows.push(line(
            label(most),
            String::new(),
            String::new(),
            "most that was ever resident (MaxRSS)",
        ));
    }
    Table {
        columns: vec![
            Column::right("bytes"),
            Column::right("error"),
            Column::right("share"),
            Column::sites("where"),
        ],
        rows,
    }
}

fn line(bytes: String, error: String, share: String, name: &str) -> Vec<Cell> {
    let cells = [bytes, error, share, name.to_owned()];
    cells.into_iter().map(Cell::plain).collect()
}

fn site_row(site: &SiteBytes, sys: u64) -> Vec<Cell> {
    let bytes = u64::try_from(site.bytes.value).unwrap_or(0);
    vec![
        Cell::plain(auto_label(site.bytes.value, "bytes")),
        Cell::plain(relative(site.bytes)),
        Cell::plain(share(bytes, sys)),
        Cell::styled(
            format!("  {}", site.site.pprof_name()),
            site_text::style(&site.site),
        ),
    ]
}

fn share(bytes: u64, of: u64) -> String {
    match of {
        0 => String::new(),
        of => percent(bytes as f64 / of as f64),
    }
}

/// Bytes and name of a row outside of the runtime's account.
pub(super) fn outside(row: OutsideRow) -> (u64, &'static str) {
    match row {
        OutsideRow::NotGo(bytes) => (bytes, "+ not Go's: binary, C, mapped files"),
        OutsideRow::NotResident(bytes) => (bytes, "- not resident: never touched, or swapped out"),
        OutsideRow::FilePages(bytes) => (bytes, "+ pages of files, which the system can take back"),
        OutsideRow::Kernel(bytes) => (bytes, "+ the kernel's, for this group"),
        _ => (0, ""),
    }
}

/// Which row to attack, and how.
pub(super) fn advice(process: &GcProcess, screen: &MemoryScreen) -> String {
    let kinds = screen
        .rows
        .iter()
        .filter(|row| row.kind != MemoryKind::Released);
    let largest = kinds.max_by_key(|row| row.bytes);
    let not_go = screen.outside.iter().find_map(|row| match row {
        OutsideRow::NotGo(bytes) => Some(*bytes),
        _ => None,
    });
    let Some(largest) = largest else {
        return String::new();
    };
    if let Some(bytes) = not_go.filter(|&bytes| bytes > largest.bytes) {
        return format!(
            "Attack what is not Go's: {} that no setting of the collector changes. Look at C libraries, mapped files \
             and the binary (/proc/PID/smaps).",
            label(bytes)
        );
    }
    let what = match largest.kind {
        MemoryKind::Live => live_advice(process),
        MemoryKind::Garbage => "it goes with the next cycle; a lower GOGC or a GOMEMLIMIT lets less of it pile up, for more \
             CPU time."
            .to_owned(),
        MemoryKind::Objects => "how much of it is live is not known: give a heap profile of the same moment beside this.".to_owned(),
        MemoryKind::Fragmentation => "objects of many sizes come and go and leave room that others do not fit into: pool the \
             short-lived ones, or allocate the long-lived ones first."
            .to_owned(),
        MemoryKind::Idle => "the heap was larger; it is returned to the system over some minutes, at once by \
             debug.FreeOSMemory, and kept low by GOMEMLIMIT."
            .to_owned(),
        MemoryKind::Stacks => "there are many goroutines, or deep ones: see what they wait for with `heapwise goroutines`.".to_owned(),
        _ => "it follows the size of the heap and the number of profiled stacks: make the heap smaller first.".to_owned(),
    };
    format!(
        "Attack {} ({}): {what}",
        largest.kind.name(),
        label(largest.bytes)
    )
}

fn live_advice(process: &GcProcess) -> String {
    match process.live.first() {
        Some(first) => format!(
            "{} holds {} of it; what it keeps is what counts, whatever the collector does.",
            first.site.pprof_name(),
            auto_label(first.bytes.value, "bytes")
        ),
        None => "see which sites hold it with `heapwise top`.".to_owned(),
    }
}
