//! A comparison as a page or as a picture.

use std::io::{self, Write};

use heapwise_analysis::Verdict;
use heapwise_analysis::flame::FlameDifference;

use super::DiffReport;
use crate::flame::{Judged, diff_data, write_difference};
use crate::formats::format::Format;
use crate::formats::site_text::noun;
use crate::formats::text::Layout;
use crate::page::Page;
use crate::views::filters::named;

impl DiffReport {
    /// Renders in a format that draws: a page with what the comparison says and a flame graph of
    /// both sides, where there is one, or that as a picture.
    ///
    /// # Errors
    ///
    /// Those of `out`, and a format that does not draw.
    pub fn write_drawn(
        &self,
        flame: Option<&FlameDifference>,
        format: Format,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let title = format!("{} -> {}", self.before_name, self.after_name);
        let title = named(&title, &self.filters);
        match (format, flame) {
            (Format::Html, flame) => {
                let mut words = Vec::new();
                self.write(Format::Markdown, Layout::new(None, false), &mut words)?;
                let data = flame.map(|flame| diff_data(&title, flame, self.judged(flame)));
                let data = data.transpose()?;
                let page = Page::of_markdown(title, &words);
                page.with_flame(data.as_ref()).write(out)
            }
            (Format::Svg, Some(flame)) => write_difference(&title, flame, self.judged(flame), out),
            (other, _) => Err(other.unsupported()),
        }
    }

    /// Among how many frames each is judged, and among how many sites each row: more are judged more strictly.
    fn judged(&self, flame: &FlameDifference) -> Option<Judged> {
        let frames = flame.difference.judged;
        let sites = self.difference.judged;
        let mut changes = flame.changes.iter().skip(1);
        let is_any = changes.any(|change| change.cum.verdict != Verdict::NotJudged);
        (is_any && sites > 0).then(|| Judged {
            frames,
            sites: format!("{sites} {}", noun(self.difference.granularity, sites)),
        })
    }
}
