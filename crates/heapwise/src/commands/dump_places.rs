//! Which dumps are of several processes by where they are: folders that were filled side by side, and servers.

use crate::bundle;
use heapwise_analysis::DumpInfo;
use heapwise_decode::ProfileKind;

/// The dumps of one folder or server, and what else is there.
pub(super) struct Place {
    pub(super) name: String,
    /// The places of its sources among all.
    pub(super) sources: Vec<usize>,
    /// When its dumps were taken.
    times: Option<Range>,
    /// The highest number of a goroutine in each, which only goes up in one process.
    numbers: Option<Range>,
    /// What its dumps were fetched from, where that is known.
    server: Option<String>,
    has_dumps: bool,
}

/// From the lowest to the highest.
#[derive(Clone, Copy)]
struct Range {
    low: i128,
    high: i128,
}

impl Range {
    fn with(range: Option<Range>, value: i128) -> Option<Range> {
        let known = range.unwrap_or(Range {
            low: value,
            high: value,
        });
        Some(Range {
            low: known.low.min(value),
            high: known.high.max(value),
        })
    }

    fn overlaps(self, other: Range) -> bool {
        self.low < other.high && other.low < self.high
    }
}

/// The places of these sources, if they cannot all be of one process: dumps that were taken in turn, or of several servers.
/// `dumps` has what was read of each, with the place of its source, and when its bundle says that it was taken. Places without
/// dumps are left out.
pub(super) fn apart<'a>(
    sources: impl Iterator<Item = &'a str>,
    dumps: impl Iterator<Item = (usize, DumpInfo, Option<i64>)>,
) -> Option<Vec<Place>> {
    let mut places: Vec<Place> = Vec::new();
    let mut of_source = Vec::new();
    for (source, path) in sources.enumerate() {
        let name = place(path);
        let known = places.iter().position(|one| one.name == name);
        let at = known.unwrap_or_else(|| {
            places.push(Place::new(name));
            places.len() - 1
        });
        of_source.push(at);
        if let Some(place) = places.get_mut(at) {
            place.sources.push(source);
        }
    }
    for (source, dump, taken_nanos) in dumps {
        let at = of_source.get(source).copied();
        if let Some(place) = at.and_then(|at| places.get_mut(at)) {
            place.add(&dump, taken_nanos);
        }
    }
    places.retain(|place| place.has_dumps);
    if places.len() < 2 {
        return None;
    }
    for place in &mut places {
        place.server = server(&place.name);
    }
    let are_apart = |(at, one): (usize, &Place)| {
        let mut others = places.iter().skip(at + 1);
        others.any(|other| one.is_beside(other))
    };
    let is_any_apart = places.iter().enumerate().any(are_apart);
    is_any_apart.then_some(places)
}

impl Place {
    fn new(name: &str) -> Place {
        Place {
            name: name.to_owned(),
            sources: Vec::new(),
            times: None,
            numbers: None,
            server: None,
            has_dumps: false,
        }
    }

    fn add(&mut self, dump: &DumpInfo, taken_nanos: Option<i64>) {
        if dump.kind != ProfileKind::Goroutine || dump.is_delta {
            return;
        }
        self.has_dumps = true;
        let time = dump.time_nanos.or(taken_nanos).or(dump.written_nanos);
        if let Some(nanos) = time {
            self.times = Range::with(self.times, nanos.into());
        }
        if let Some(highest) = dump.highest {
            self.numbers = Range::with(self.numbers, highest.into());
        }
    }

    /// Whether two places cannot have the dumps of one process, one after the other.
    fn is_beside(&self, other: &Place) -> bool {
        let servers = self.server.as_ref().zip(other.server.as_ref());
        if servers.is_some_and(|(one, other)| one != other) {
            return true;
        }
        let times = self.times.zip(other.times);
        let ranges = times.or(self.numbers.zip(other.numbers));
        ranges.is_some_and(|(one, other)| one.overlaps(other))
    }
}

/// What the dumps of a place were fetched from.
fn server(place: &str) -> Option<String> {
    match place.contains("://") {
        true => Some(place.to_owned()),
        false => bundle::server(place),
    }
}

/// Where a source is: its server, or its folder; of a bundle the folder that has all of its series.
fn place(path: &str) -> &str {
    if let Some((scheme, rest)) = path.split_once("://") {
        let host = rest.find('/').unwrap_or(rest.len());
        return path.get(..scheme.len() + 3 + host).unwrap_or(path);
    }
    let folder = folder(path);
    let name = folder.rsplit('/').next().unwrap_or(folder);
    match bundle::is_name(name) {
        true => self::folder(folder),
        false => folder,
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn a_bundle_is_of_the_folder_of_its_series() {
        for (path, expected) in [
            ("cart-0/20261130T193812.129Z/goroutine.pb.gz", "cart-0"),
            ("20261130T193812.129Z/goroutine.pb.gz", ""),
            ("/a/dumps/1.txt", "/a/dumps"),
            ("1.txt", ""),
            ("-", ""),
            (
                "http://10.0.0.7:6060/debug/pprof/goroutine",
                "http://10.0.0.7:6060",
            ),
            ("http://10.0.0.7:6060", "http://10.0.0.7:6060"),
        ] {
            assert_eq!(place(path), expected, "{path}");
        }
    }
}
