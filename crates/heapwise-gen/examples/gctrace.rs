//! Times how fast traces of the collector are found in a log: `gctrace write FILE MEGABYTES EVERY`
//! makes one in which every so many lines are of the collector, `gctrace read FILE` reads it from disk
//! a few times and says the best speed, `gctrace follow FILE` with all that is told of it.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a command reads and writes files, and tells what it measured"
)]

use std::error::Error;
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::time::Instant;

use heapwise_analysis::gc::trace;
use heapwise_decode::{GcTraceNotes, Limits, Source, visit_gctrace};

const TIMES: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["write", file, megabytes, every] => write(file, megabytes.parse()?, every.parse()?),
        ["read", file] => time(|| visit_gctrace(&OnDisk(file), &Limits::default(), &mut |_| {})),
        ["follow", file] => {
            time(|| trace(&OnDisk(file), &Limits::default()).map(|trace| trace.notes))
        }
        _ => Err("usage: gctrace write FILE MEGABYTES EVERY, gctrace read|follow FILE".into()),
    }
}

struct OnDisk<'a>(&'a str);

impl Source for OnDisk<'_> {
    fn open(&self) -> io::Result<Box<dyn Read + Send + '_>> {
        Ok(Box::new(File::open(self.0)?))
    }
}

fn time(read: impl Fn() -> heapwise_decode::Result<GcTraceNotes>) -> Result<(), Box<dyn Error>> {
    let mut best = f64::INFINITY;
    for _ in 0..TIMES {
        let start = Instant::now();
        let notes = read()?;
        let seconds = start.elapsed().as_secs_f64();
        if seconds < best {
            best = seconds;
            let speed = notes.bytes as f64 / seconds / 1e6;
            println!(
                "{speed:.0} MB/s, {} cycles, {} other lines",
                notes.cycles, notes.other
            );
        }
    }
    Ok(())
}

/// Lines as a server behind a collector of logs writes them, with mails and paths in them.
fn write(file: &str, megabytes: u64, every: u64) -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(File::create(file)?);
    let (mut size, mut line) = (0, 0_u64);
    while size < megabytes * 1_000_000 {
        line += 1;
        let (second, milli) = (line / 1000, line % 1000);
        let text = match line % every {
            0 => format!(
                "2026-11-25T14:26:07.{milli:03}Z stderr F gc {} @{second}.{milli:03}s 3%: \
                 0.029+0.39+0.002 ms clock, 0.059+0.11/0.056/0.11+0.005 ms cpu, 4->4->1 MB, 4 MB \
                 goal, 0 MB stacks, 0 MB globals, 2 P\n",
                line / every
            ),
            odd if odd % 2 == 1 => format!(
                "2026-11-25T14:26:07.{milli:03}Z stderr F level=info msg=\"request served\" \
                 path=/v1/items/{line} user=a{second}@example.org took={milli}ms\n"
            ),
            _ => format!(
                "2026-11-25T14:26:07.{milli:03}Z stdout F {{\"level\":\"info\",\"n\":{line},\"to\":\
                 \"team @{second}\"}}\n"
            ),
        };
        size += text.len() as u64;
        out.write_all(text.as_bytes())?;
    }
    out.flush()?;
    Ok(())
}
