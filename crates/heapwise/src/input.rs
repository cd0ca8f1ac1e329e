//! Opens what the user names: files, stdin and URLs.

use heapwise_decode::counted;
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

use anyhow::{Context, bail};
use heapwise_decode::{Limits, Source};

use crate::bundle::{self, Facts, Pick};
use crate::executable::executable;
use crate::fetch::{Endpoint, Fetcher, Page, Target, redacted};
use crate::folder::{files_in, profiles_in};
use crate::many::{Many, PassedOver};
use crate::names::{as_few, is_glob, matching};
use crate::natural::{is_listed, sort};
use crate::otlp_parts::{self, Parts, StoredForm};
use crate::output::Output;
use crate::steady::SteadyFile;
use crate::store::{StoreSource, fetch_all, is_store, spread};
use crate::today::now_millis;

/// A profile as the user named it. There may be very many: each takes little memory.
#[derive(Clone)]
pub(crate) struct NamedSource {
    /// The path, or `-`.
    pub(crate) path: Arc<str>,
    /// What `label=` said.
    pub(crate) label: Option<Arc<str>>,
    /// What its bundle says of it, where it is of one.
    pub(crate) facts: Option<Facts>,
    /// How it is stored, where that is not what is read of it.
    pub(crate) stored: Option<Box<StoredForm>>,
    bytes: Bytes,
}

#[derive(Clone)]
enum Bytes {
    File(SteadyFile),
    /// What came from stdin, a pipe or a server, still compressed.
    Collected(Arc<[u8]>),
}

impl NamedSource {
    /// Whether it is read from a file, and not what came from stdin, a pipe or a server.
    pub(crate) fn is_file(&self) -> bool {
        matches!(self.bytes, Bytes::File(_))
    }
}

impl Source for NamedSource {
    fn open(&self) -> io::Result<Box<dyn Read + Send + '_>> {
        match &self.bytes {
            Bytes::File(file) => file.open(),
            Bytes::Collected(bytes) => Ok(Box::new(&**bytes)),
        }
    }

    fn size(&self) -> Option<u64> {
        match &self.bytes {
            Bytes::File(file) => file.size(),
            Bytes::Collected(bytes) => bytes.size(),
        }
    }
}

impl NamedSource {
    /// The file that it is read from.
    pub(crate) fn file(&self) -> Option<&str> {
        match &self.bytes {
            Bytes::File(file) => Some(file.path()),
            Bytes::Collected(_) => None,
        }
    }
}

/// Whether two sources are byte for byte the same; what cannot be read is like nothing.
pub(crate) fn have_same_bytes(one: &NamedSource, other: &NamedSource) -> bool {
    let same = || -> io::Result<bool> {
        let mut readers = [one.open()?, other.open()?];
        let mut chunks = [Vec::new(), Vec::new()];
        loop {
            for (reader, chunk) in readers.iter_mut().zip(&mut chunks) {
                chunk.clear();
                reader.by_ref().take(1 << 16).read_to_end(chunk)?;
            }
            let [one, other] = &chunks;
            if one != other || one.is_empty() {
                return Ok(one == other);
            }
        }
    };
    one.size() == other.size() && same().unwrap_or(false)
}

/// Opens what the user names.
#[derive(Clone, Copy)]
pub(crate) struct Opener<'a> {
    pub(crate) limits: &'a Limits,
    pub(crate) fetcher: &'a Fetcher,
    /// What is asked of a server that is named alone.
    pub(crate) endpoint: Endpoint,
    pub(crate) is_quiet: bool,
    /// Whether what cannot be read is left out later, rather than refused at once; what is passed over is noted there.
    many: &'a Many,
    /// Whether claims are decided on it, so that nothing is left out of it.
    is_gate: bool,
}

impl Output {
    /// Opens what the user names; of a URL that names a server alone, this page.
    pub(crate) fn opener(&self, endpoint: Endpoint) -> Opener<'_> {
        Opener {
            limits: &self.limits,
            fetcher: &self.fetcher,
            endpoint,
            is_quiet: self.is_quiet,
            many: &self.many,
            is_gate: self.is_gate,
        }
    }
}

impl Opener<'_> {
    /// Opens the sources of a command; stdin can be one of them. A folder of bundles stands for the newest. URLs are
    /// fetched side by side.
    pub(crate) fn all(&self, names: &[String]) -> anyhow::Result<Vec<NamedSource>> {
        let pick = match self.endpoint {
            Endpoint::HeapText => Pick::Counters,
            Endpoint::Heap | Endpoint::Goroutines => Pick::Heap,
        };
        self.open_all(self.picked(names, pick)?)
    }

    /// Opens snapshots of one collector; a folder of bundles stands for all that they tell of the last process.
    pub(crate) fn snapshots(&self, names: &[String]) -> anyhow::Result<Vec<NamedSource>> {
        self.open_all(self.picked(names, Pick::LastCounters)?)
    }

    fn picked(&self, names: &[String], pick: Pick) -> anyhow::Result<Names> {
        let mut all = Names::default();
        for name in self.matched(names)? {
            if !self.add_picks(&name, pick, &mut all)? {
                all.push(name, None);
            }
        }
        Ok(all)
    }

    /// Opens the profiles of a report and those to subtract: a folder stands for all profiles in it, one of bundles for
    /// the newest.
    pub(crate) fn profiles(
        &self,
        profiles: &[String],
        bases: &[String],
    ) -> anyhow::Result<(Vec<NamedSource>, Vec<NamedSource>)> {
        let mut all = self.names(profiles, Pick::Heap)?;
        let bases = self.names(bases, Pick::Heap)?;
        let count = all.names.len();
        all.names.extend(bases.names);
        all.facts.extend(bases.facts);
        let mut sources = self.open_all(all)?;
        let bases = sources.split_off(count);
        Ok((sources, bases))
    }

    /// The names with each pattern replaced by what it matches.
    fn matched(&self, names: &[String]) -> anyhow::Result<Vec<String>> {
        let mut all = Vec::with_capacity(names.len());
        for name in names {
            let (label, path) = split_label(name);
            let is_elsewhere = || -> anyhow::Result<bool> {
                Ok(is_store(path) || self.fetcher.target(path, self.endpoint)?.is_some())
            };
            if !is_glob(path) || is_elsewhere()? {
                all.push(name.clone());
                continue;
            }
            all.extend(labelled(label, matching(path)?));
        }
        Ok(all)
    }

    /// Adds the files of a folder of bundles, if the name is one.
    /// Likewise the parts of a source of a store that asks for several.
    fn add_picks(&self, name: &str, pick: Pick, all: &mut Names) -> anyhow::Result<bool> {
        let (label, path) = split_label(name);
        if is_store(path) {
            let are_added_up = matches!(pick, Pick::Heap | Pick::Counters | Pick::LastCounters);
            return self.add_parts(label, path, are_added_up, all);
        }
        let Some(picks) = bundle::pick(path, pick)? else {
            return Ok(false);
        };
        if self.is_gate && !picks.damage.is_empty() {
            bail!(
                "{}; no claim is decided on a part of a series: copy all of it, or give the bundles that are whole",
                picks.damage.join("; ")
            );
        }
        for damage in picks.damage.iter().filter(|_| !self.is_quiet) {
            crate::exit::tell(&format!("heapwise: warning: {damage}"))?;
        }
        if let Some(note) = picks.note.filter(|_| !self.is_quiet) {
            crate::exit::tell(&format!("heapwise: {note}"))?;
        }
        let (paths, facts): (Vec<String>, Vec<Facts>) = picks
            .files
            .into_iter()
            .map(|picked| (picked.path, picked.facts))
            .unzip();
        for (name, facts) in labelled(label, paths).into_iter().zip(facts) {
            all.push(name, Some(facts));
        }
        Ok(true)
    }

    /// Adds the parts of a source of a store, if it asks for several.
    fn add_parts(
        &self,
        label: Option<&str>,
        path: &str,
        are_added_up: bool,
        all: &mut Names,
    ) -> anyhow::Result<bool> {
        let source = StoreSource::parse(path, self.endpoint, now_millis())?;
        let Some(source) = source.filter(StoreSource::has_parts) else {
            return Ok(false);
        };
        if are_added_up && source.has_steps() {
            bail!(
                "{}: found step=, expected a command that compares or follows steps (diff, verify, growth): what is in \
                 use at one time and at another has no sum",
                source.shown
            );
        }
        let parts = spread(&source, self.fetcher)?;
        for name in labelled(label, parts) {
            all.push(name, None);
        }
        Ok(true)
    }

    fn open_all(&self, all: Names) -> anyhow::Result<Vec<NamedSource>> {
        let mut sources = self.open(&all.names)?;
        for (source, facts) in sources.iter_mut().zip(all.facts) {
            source.facts = facts.or(source.facts);
        }
        Ok(sources)
    }

    fn open(&self, names: &[String]) -> anyhow::Result<Vec<NamedSource>> {
        if names.iter().filter(|name| is_stdin(name)).count() > 1 {
            bail!("-: stdin can be read only once");
        }
        let places = names.iter().map(|name| self.place(name));
        let places = places.collect::<anyhow::Result<Vec<Place<'_>>>>()?;
        let mut pages = self.pages(&places)?.into_iter();
        let stores = places.iter().filter_map(|place| match &place.at {
            At::Store(source) => Some(&**source),
            _ => None,
        });
        let stores: Vec<&StoreSource> = stores.collect();
        let mut stored = fetch_all(&stores, self.fetcher, self.limits)?.into_iter();
        let mut parts = Parts::new(self.limits);
        let mut open = |place: Place<'_>| -> anyhow::Result<NamedSource> {
            let (mut facts, mut stored_form) = (None, None);
            let shown: Arc<str> = place.shown().into();
            let bytes = match &place.at {
                At::Stdin => Bytes::Collected(read_stdin(self.limits)?.into()),
                At::File(path) if is_stream(path) => {
                    Bytes::Collected(read_stream(path, self.limits)?.into())
                }
                At::File(path) => {
                    if !self.many.keeps_going {
                        check_file(path)?;
                    }
                    Bytes::File(SteadyFile::new(Arc::clone(&shown)))
                }
                At::Part(file, which) => {
                    let part = parts.one(file, which)?;
                    stored_form = Some(Box::new(part.form));
                    Bytes::Collected(part.bytes.into())
                }
                At::Page(target) => {
                    facts = Some(facts_of(target));
                    Bytes::Collected(pages.next().unwrap_or_default().into())
                }
                At::Store(_) => Bytes::Collected(stored.next().unwrap_or_default().into()),
            };
            Ok(NamedSource {
                path: shown,
                label: place.label.map(Arc::from),
                facts,
                stored: stored_form,
                bytes,
            })
        };
        let mut sources = Vec::with_capacity(places.len());
        // Not collected, which would keep the memory of places, which are larger.
        for place in places {
            sources.push(open(place)?);
        }
        Ok(sources)
    }

    /// Opens the profiles of one side: files, and for a directory all profiles in it, in the order
    /// of their names; for one of bundles the heaps that are of different collections.
    pub(crate) fn side(&self, names: &[String]) -> anyhow::Result<Vec<NamedSource>> {
        self.open_all(self.names(names, Pick::Heaps)?)
    }

    /// The names with each directory replaced by the profiles in it, and each folder of bundles by what is picked.
    pub(crate) fn expanded(&self, names: &[String], pick: Pick) -> anyhow::Result<Vec<String>> {
        Ok(self.names(names, pick)?.names)
    }

    fn names(&self, names: &[String], pick: Pick) -> anyhow::Result<Names> {
        let mut all = Names::default();
        for name in self.matched(names)? {
            if !self.add_picks(&name, pick, &mut all)? {
                for file in self.with_directory(name)? {
                    // What was in use at several moments is added up only where a sum is asked for.
                    let names = match pick {
                        Pick::Heap => vec![file],
                        _ => self.with_parts(&file)?,
                    };
                    names.into_iter().for_each(|name| all.push(name, None));
                }
            }
        }
        Ok(all)
    }

    /// Opens goroutine dumps and what may come with them: files, and for a directory all files in
    /// it, in the order of their names. Tells of each whether it was named itself.
    pub(crate) fn dumps(&self, names: &[String]) -> anyhow::Result<Vec<(NamedSource, bool)>> {
        let pick = match self.endpoint {
            Endpoint::Goroutines => Pick::Goroutines,
            Endpoint::Heap | Endpoint::HeapText => Pick::AllCounters,
        };
        self.each(names, pick)
    }

    /// Opens what may be heap profiles of a series, as [`Opener::dumps`] does it.
    pub(crate) fn series(&self, names: &[String]) -> anyhow::Result<Vec<(NamedSource, bool)>> {
        self.each(names, Pick::Heaps)
    }

    fn each(&self, names: &[String], pick: Pick) -> anyhow::Result<Vec<(NamedSource, bool)>> {
        let mut all = Names::default();
        let mut are_named = Vec::new();
        for name in self.matched(names)? {
            if self.add_picks(&name, pick, &mut all)? {
                are_named.resize(all.names.len(), false);
            } else if std::path::Path::new(&name).is_dir() {
                let files = files_in(&name, self.many)?.into_iter();
                files.for_each(|file| all.push(file, None));
                are_named.resize(all.names.len(), false);
            } else {
                let names = self.with_parts(&name)?.into_iter();
                names.for_each(|name| all.push(name, None));
                are_named.resize(all.names.len(), true);
            }
        }
        if are_named.iter().all(|is_named| *is_named) && is_listed(&all.names) {
            sort(&mut all.names);
        }
        Ok(self.open_all(all)?.into_iter().zip(are_named).collect())
    }

    /// The files that names stand for, and whether each was named itself: of a directory all files in it. `None` where
    /// something is elsewhere, or is a folder of bundles.
    pub(crate) fn files(&self, names: &[String]) -> anyhow::Result<Option<Vec<(String, bool)>>> {
        let mut all = Vec::new();
        for name in self.matched(names)? {
            let path = std::path::Path::new(&name);
            if path.is_file() {
                all.push((name, true));
            } else if path.is_dir() && bundle::pick(&name, Pick::Heap)?.is_none() {
                let files = files_in(&name, self.many)?.into_iter();
                all.extend(files.map(|file| (file, false)));
            } else {
                return Ok(None);
            }
        }
        Ok(Some(all))
    }

    /// A name, or the profiles in the directory that it is of.
    fn with_directory(&self, name: String) -> anyhow::Result<Vec<String>> {
        let (label, path) = split_label(&name);
        match std::path::Path::new(path).is_dir() {
            true => Ok(labelled(label, profiles_in(path, self.limits, self.many)?)),
            false => Ok(vec![name]),
        }
    }

    /// Notes that a file of a folder is of no use here.
    pub(crate) fn pass_over(&self, path: &str, why: PassedOver) {
        self.many.pass_over(path.to_owned(), why);
    }

    /// A name, or one for each of the OTLP profiles of one process that it stands for.
    fn with_parts(&self, name: &str) -> anyhow::Result<Vec<String>> {
        let (label, path) = split_label(name);
        let Some(parts) = otlp_parts::names(path, self.limits)? else {
            return Ok(vec![name.to_owned()]);
        };
        Ok(labelled(label, parts))
    }

    fn place<'n>(&self, name: &'n str) -> anyhow::Result<Place<'n>> {
        let (label, path) = split_label(name);
        let at = match path {
            "-" => At::Stdin,
            path if std::path::Path::new(path).exists() => At::File(path),
            path if is_store(path) => {
                match StoreSource::parse(path, self.endpoint, now_millis())? {
                    Some(source) => At::Store(Box::new(source)),
                    None => At::File(path),
                }
            }
            path if otlp_parts::split(path).is_some() => {
                let (file, which) = otlp_parts::split(path).unwrap_or((path, ""));
                At::Part(file, which)
            }
            path => match self.fetcher.target(path, self.endpoint)? {
                Some(target) => At::Page(Box::new(target)),
                None => At::File(path),
            },
        };
        Ok(Place { label, at })
    }

    /// Fetches the pages among the places, in their order.
    fn pages(&self, places: &[Place<'_>]) -> anyhow::Result<Vec<Vec<u8>>> {
        let targets = places.iter().filter_map(|place| match &place.at {
            At::Page(target) => Some(&**target),
            At::Stdin | At::File(_) | At::Part(..) | At::Store(_) => None,
        });
        let targets: Vec<&Target> = targets.collect();
        let fetched = std::thread::scope(|scope| {
            let fetch = |target| scope.spawn(move || self.fetcher.fetch(target));
            let running: Vec<_> = targets.iter().map(|target| fetch(*target)).collect();
            let done = running.into_iter().map(std::thread::ScopedJoinHandle::join);
            done.collect::<Vec<_>>()
        });
        let page = |result: std::thread::Result<anyhow::Result<Page>>| match result {
            Ok(page) => Ok(page?.bytes),
            Err(panic) => std::panic::resume_unwind(panic),
        };
        fetched.into_iter().map(page).collect()
    }
}

/// What is known of a page by how it was asked for.
fn facts_of(target: &Target) -> Facts {
    // Only the heap is collected for (net/http/pprof/pprof.go: handler.ServeHTTP).
    let is_heap = target.page_name() == "heap";
    let gc = target
        .value("gc")
        .and_then(|value| value.parse::<i64>().ok());
    Facts {
        // Several are fetched side by side: the time between them is none to divide by.
        taken_nanos: None,
        forced: is_heap.then_some(gc.is_some_and(|gc| gc > 0)),
    }
}

/// Where a source is, by its name.
struct Place<'n> {
    label: Option<&'n str>,
    at: At<'n>,
}

enum At<'n> {
    Stdin,
    File(&'n str),
    /// A file with several OTLP profiles, and which of them.
    Part(&'n str, &'n str),
    // Boxed, for both are large, and there may be very many files.
    Page(Box<Target>),
    Store(Box<StoreSource>),
}

impl Place<'_> {
    /// The name for messages and answers.
    fn shown(&self) -> String {
        match &self.at {
            At::Stdin => "-".to_owned(),
            At::File(path) => (*path).to_owned(),
            At::Part(file, which) => format!("{file}#{which}"),
            At::Page(target) => target.shown(),
            At::Store(source) => source.shown.clone(),
        }
    }
}

/// A name as answers show it that was not opened: a file has no secrets in it.
pub(crate) fn shown(name: &str) -> Cow<'_, str> {
    match std::path::Path::new(name).exists() {
        true => Cow::Borrowed(name),
        false => redacted(name),
    }
}

/// Names for messages: what is secret in a URL is hidden.
pub(crate) fn listed(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|name| redacted(name)).collect();
    as_few(&names.iter().map(AsRef::as_ref).collect::<Vec<&str>>())
}

/// Names to open, with what is known of each.
#[derive(Default)]
struct Names {
    names: Vec<String>,
    facts: Vec<Option<Facts>>,
}

impl Names {
    fn push(&mut self, name: String, facts: Option<Facts>) {
        self.names.push(name);
        self.facts.push(facts);
    }
}

/// Paths under the label of what they were made of.
fn labelled(label: Option<&str>, paths: Vec<String>) -> Vec<String> {
    match label {
        Some(label) => {
            let paths = paths.into_iter();
            paths.map(|path| format!("{label}={path}")).collect()
        }
        None => paths,
    }
}

fn is_stdin(name: &str) -> bool {
    split_label(name).1 == "-"
}

/// `label=PATH`, where the whole is not a file itself.
fn split_label(name: &str) -> (Option<&str>, &str) {
    match name.split_once('=') {
        // A password may have this sign, too.
        Some((label, path))
            if is_label(label)
                && !(label.contains(':') && path.contains('@'))
                && !std::path::Path::new(name).exists() =>
        {
            (Some(label), path)
        }
        _ => (None, name),
    }
}

fn is_label(text: &str) -> bool {
    let is_of_part = otlp_parts::split(text).is_some();
    !text.is_empty() && !text.contains(['/', '\\', '?']) && !is_of_part
}

/// Fails early, with the system's words, on what cannot be read.
fn check_file(path: &str) -> anyhow::Result<()> {
    let data = std::fs::metadata(path).with_context(|| path.to_owned())?;
    if data.is_dir() {
        bail!("{path}: found a directory, expected a profile");
    }
    File::open(path).with_context(|| path.to_owned())?;
    if let Some(kind) = executable(path) {
        bail!("{path}: found {kind}, expected a profile: pprof's binary goes before the profiles");
    }
    Ok(())
}

/// Whether it is there and neither a file nor a directory: a pipe of the shell, a named one or a device gives its bytes
/// once.
fn is_stream(path: &str) -> bool {
    std::fs::metadata(path).is_ok_and(|data| !data.is_file() && !data.is_dir())
}

fn read_stream(path: &str, limits: &Limits) -> anyhow::Result<Vec<u8>> {
    let mut file = File::open(path).with_context(|| path.to_owned())?;
    collected(path, &mut file, limits)
}

fn read_stdin(limits: &Limits) -> anyhow::Result<Vec<u8>> {
    use std::io::IsTerminal;
    let stdin = io::stdin();
    if stdin.is_terminal() {
        bail!("-: stdin is a terminal, expected a profile: pipe one in, or name a file");
    }
    collected("-", &mut stdin.lock(), limits)
}

/// So much of a stream tells that it is nothing but zeros, which no profile begins with.
const ZEROS: u64 = 64 << 10;

/// All bytes of what can be read only once.
fn collected(name: &str, reader: &mut dyn Read, limits: &Limits) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let cap = limits.max_bytes;
    let read = |most: u64, bytes: &mut Vec<u8>, reader: &mut dyn Read| {
        reader.take(most).read_to_end(bytes)
    };
    let first = ZEROS.min(cap.saturating_add(1));
    let count = read(first, &mut bytes, reader).with_context(|| name.to_owned())?;
    // Whoever reads the bytes says what they are; `/dev/zero` would never end.
    if count as u64 == ZEROS && bytes.iter().all(|byte| *byte == 0) {
        return Ok(bytes);
    }
    let rest = cap.saturating_add(1).saturating_sub(first);
    read(rest, &mut bytes, reader).with_context(|| name.to_owned())?;
    if bytes.len() as u64 > cap {
        let place = match name {
            "-" => " on stdin",
            _ => "",
        };
        bail!(
            "{name}: found more than {}{place}, expected at most that (--max-bytes)",
            counted(cap, "byte")
        );
    }
    Ok(bytes)
}
