//! Groups as rows.

use anstyle::{AnsiColor, Style};
use heapwise_analysis::{GoroutineGroup, GroupBy, LeakVerdict, Origin, Site};

use super::{GoroutinesReport, words};
use crate::formats::site_text::{self, cells};
use crate::formats::table::{Cell, Column, Table};
use crate::formats::text::READABLE_NAME;

impl GoroutinesReport {
    /// A table of groups that fits a width, if there is one.
    pub(super) fn table(&self, groups: &[&GoroutineGroup], width: Option<usize>) -> Table {
        let mut lines: Vec<Vec<(Column, Cell)>> =
            groups.iter().map(|group| self.numbers(group)).collect();
        let used = used_width(&lines);
        let room = width.map(|width| width.saturating_sub(used));
        // Two names that nobody can read are less than one.
        let has_creator = groups.iter().any(|group| group.created_by.is_some())
            && room.is_none_or(|room| room >= 2 * READABLE_NAME);
        for (line, group) in lines.iter_mut().zip(groups) {
            line.push(self.place(group));
            if has_creator {
                line.push(self.creator(group));
            }
        }
        Table::of_lines(lines)
    }

    fn numbers(&self, group: &GoroutineGroup) -> Vec<(Column, Cell)> {
        let mut line = vec![(Column::right("count"), Cell::plain(group.count.to_string()))];
        let groups = &self.answer.groups;
        if groups.iter().any(|group| group.leaked > 0) {
            let leaked = match group.leaked {
                0 => String::new(),
                leaked => leaked.to_string(),
            };
            line.push((Column::right("leaked"), Cell::styled(leaked, red())));
        }
        if self.is_series() {
            let text = match group.verdict {
                Some(large @ LeakVerdict::LargeButStable) => large.words().to_owned(),
                _ if words::is_more_at_once(group) => {
                    let trend = group.trend.map_or(String::new(), words::trend);
                    format!("{trend}, none stays")
                }
                _ => group.trend.map_or(String::new(), words::trend),
            };
            let style = match group.verdict {
                Some(LeakVerdict::Growing) => red(),
                _ => Style::new(),
            };
            line.push((Column::left("trend"), Cell::styled(text, style)));
            if groups
                .iter()
                .any(|g| g.trend.is_some_and(|t| t.per_hour.is_some()))
            {
                let rate = group.trend.map_or(String::new(), words::per_hour);
                line.push((Column::right("per hour"), Cell::plain(rate)));
            }
            let chart = words::chart(&group.counts);
            line.push((Column::left("over time"), Cell::plain(chart)));
        }
        line.push((
            Column::left("waits for"),
            Cell::plain(words::state(&group.state)),
        ));
        if groups.iter().any(|group| group.wait_minutes.is_some()) {
            line.push((Column::right("wait"), Cell::plain(words::wait(group))));
        }
        line
    }

    /// Where a group is, as the most telling of its frames.
    fn place(&self, group: &GoroutineGroup) -> (Column, Cell) {
        let title = match group.name {
            None => "at".to_owned(),
            Some(_) => self.answer.group_by.to_string(),
        };
        let style = self.telling(group).map_or(Style::new(), site_text::style);
        let column = match self.answer.group_by {
            GroupBy::Stack | GroupBy::Function | GroupBy::Creator => Column::sites(title),
            _ => Column::texts(title),
        };
        (column, Cell::styled(self.place_name(group), style))
    }

    /// What a group is called: by what its goroutines were put together, else where they are.
    pub(super) fn place_name(&self, group: &GoroutineGroup) -> String {
        match (&group.name, self.telling(group)) {
            (Some(name), _) if !name.is_empty() => name.clone(),
            (Some(_), _) if self.answer.group_by == GroupBy::Creator => "(none told)".to_owned(),
            (Some(_), _) => "(none)".to_owned(),
            (None, Some(site)) => words::short_place(site),
            (None, None) => "(no frames)".to_owned(),
        }
    }

    fn creator(&self, group: &GoroutineGroup) -> (Column, Cell) {
        let site = group.created_by.and_then(|at| self.answer.site(at));
        let text = site.map_or(String::new(), words::short_place);
        (Column::sites("created by"), Cell::plain(text))
    }

    /// The innermost frame of the program's own code; without one that of a module, or simply the
    /// innermost that does more than wait.
    pub(super) fn telling<'a>(&'a self, group: &'a GoroutineGroup) -> Option<&'a Site> {
        let of = |wanted: Origin| {
            let mut sites = self.answer.sites_of(&group.stack);
            sites.find(|site| Origin::of(site) == wanted)
        };
        of(Origin::Own)
            .or_else(|| of(Origin::Module))
            .or_else(|| self.answer.sites_of(&group.stack).next_back())
    }
}

fn used_width(lines: &[Vec<(Column, Cell)>]) -> usize {
    let columns = lines.first().map_or(0, Vec::len);
    let width = |at: usize| {
        let cells = lines.iter().filter_map(|line| line.get(at));
        let widths = cells.map(|(column, cell)| cells_of(column).max(cells_of_cell(cell)));
        widths.max().unwrap_or(0) + 2
    };
    (0..columns).map(width).sum()
}

fn cells_of(column: &Column) -> usize {
    cells(&column.title)
}

fn cells_of_cell(cell: &Cell) -> usize {
    cells(&cell.text)
}

pub(super) fn red() -> Style {
    Style::new().fg_color(Some(AnsiColor::Red.into()))
}
