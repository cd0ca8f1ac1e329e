//! Small profiles, written by hand.
#![allow(dead_code, reason = "not every test uses every helper")]

use heapwise_analysis::stats::{SamplingRate, scale};

/// Sampled blocks of one size at a function.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lives<'a> {
    pub(crate) name: &'a str,
    pub(crate) size: u64,
    pub(crate) allocated: i64,
    pub(crate) in_use: i64,
}

/// A heap profile: of each function how many blocks of which size were sampled, all still in use.
pub(crate) fn heap(rate: u64, sites: &[(&str, u64, i64)]) -> Vec<u8> {
    let all_in_use = sites.iter().map(|&(name, size, sampled)| Lives {
        name,
        size,
        allocated: sampled,
        in_use: sampled,
    });
    let lives: Vec<Lives<'_>> = all_in_use.collect();
    heap_of_lives(rate, &lives)
}

/// A heap profile in which some blocks were freed.
pub(crate) fn heap_of_lives(rate: u64, sites: &[Lives<'_>]) -> Vec<u8> {
    let sampling = SamplingRate::new(rate).expect("a rate");
    let mut profile = Profile::new(&[
        "alloc_objects",
        "alloc_space",
        "inuse_objects",
        "inuse_space",
    ]);
    for lives in sites {
        let (size, of) = (lives.size, |count| scale(count, lives.size, sampling));
        let ((objects, bytes), (used, bytes_used)) = (of(lives.allocated), of(lives.in_use));
        profile.sample(lives.name, &[objects, bytes, used, bytes_used], Some(size));
    }
    profile.finish(rate)
}

/// A goroutine profile.
pub(crate) fn goroutines(sites: &[(&str, i64)]) -> Vec<u8> {
    let mut profile = Profile::new(&["goroutine"]);
    for &(name, count) in sites {
        profile.sample(name, &[count], None);
    }
    profile.finish(1)
}

struct Profile {
    out: Vec<u8>,
    strings: Vec<String>,
    locations: u64,
}

impl Profile {
    fn new(types: &[&str]) -> Profile {
        let mut profile = Profile {
            out: Vec::new(),
            strings: vec![String::new()],
            locations: 0,
        };
        for name in types {
            let unit = if name.ends_with("space") {
                "bytes"
            } else {
                "count"
            };
            let message = profile.value_type(name, unit);
            bytes(&mut profile.out, 1, &message);
        }
        profile
    }

    fn text(&mut self, text: &str) -> u64 {
        let at = self.strings.iter().position(|known| known == text);
        at.unwrap_or_else(|| {
            self.strings.push(text.to_owned());
            self.strings.len() - 1
        }) as u64
    }

    fn value_type(&mut self, name: &str, unit: &str) -> Vec<u8> {
        let mut message = Vec::new();
        number(&mut message, 1, self.text(name));
        number(&mut message, 2, self.text(unit));
        message
    }

    fn sample(&mut self, function: &str, values: &[i64], size: Option<u64>) {
        self.locations += 1;
        let id = self.locations;
        let mut line = Vec::new();
        number(&mut line, 1, id);
        number(&mut line, 2, 10 + id);
        let mut location = Vec::new();
        number(&mut location, 1, id);
        bytes(&mut location, 4, &line);
        bytes(&mut self.out, 4, &location);
        let mut record = Vec::new();
        number(&mut record, 1, id);
        number(&mut record, 2, self.text(function));
        number(&mut record, 4, self.text("/src/app/main.go"));
        bytes(&mut self.out, 5, &record);
        let mut sample = Vec::new();
        number(&mut sample, 1, id);
        for &value in values {
            varint(&mut sample, 2 << 3);
            varint(&mut sample, value as u64);
        }
        if let Some(size) = size {
            let mut label = Vec::new();
            number(&mut label, 1, self.text("bytes"));
            number(&mut label, 3, size);
            bytes(&mut sample, 3, &label);
        }
        bytes(&mut self.out, 2, &sample);
    }

    fn finish(mut self, period: u64) -> Vec<u8> {
        let (name, unit) = match self.strings.iter().any(|text| text == "goroutine") {
            true => ("goroutine", "count"),
            false => ("space", "bytes"),
        };
        let message = self.value_type(name, unit);
        bytes(&mut self.out, 11, &message);
        number(&mut self.out, 12, period);
        for text in &self.strings {
            bytes(&mut self.out, 6, text.as_bytes());
        }
        self.out
    }
}

fn number(out: &mut Vec<u8>, field: u64, value: u64) {
    varint(out, field << 3);
    varint(out, value);
}

fn bytes(out: &mut Vec<u8>, field: u64, payload: &[u8]) {
    varint(out, (field << 3) | 2);
    varint(out, payload.len() as u64);
    out.extend_from_slice(payload);
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
