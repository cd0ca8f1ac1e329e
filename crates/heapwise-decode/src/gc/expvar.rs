//! Reads runtime.MemStats as JSON: in what `/debug/vars` serves (expvar/expvar.go: memstats), or alone.

use serde_json::{Map, Value};

use super::memstats::counter;
use super::snapshot::{GcSnapshot, GcSource, PauseRing, SizeClass};

/// The statistics in a JSON object, if it has some.
pub(super) fn read(object: &Map<String, Value>) -> Option<GcSnapshot> {
    let memstats = match object.get("memstats") {
        Some(Value::Object(memstats)) => memstats,
        _ if object.contains_key("TotalAlloc") && object.contains_key("Sys") => object,
        _ => return None,
    };
    let mut snapshot = GcSnapshot::new(GcSource::Expvar);
    for (name, value) in memstats {
        set(&mut snapshot, name, value);
    }
    snapshot.pauses = rings(memstats);
    Some(snapshot)
}

fn set(snapshot: &mut GcSnapshot, name: &str, value: &Value) {
    let is_read = match name {
        "GCCPUFraction" => {
            snapshot.cpu.gc_fraction = value.as_f64();
            snapshot.cpu.gc_fraction.is_some()
        }
        "BySize" => sizes(value).map(|sizes| snapshot.by_size = sizes).is_some(),
        // Read together: neither is of use alone.
        "PauseNs" | "PauseEnd" => numbers(value).is_some(),
        "EnableGC" | "DebugGC" | "Lookups" => true,
        _ => match (counter(snapshot, name), whole(value)) {
            (Some(place), Some(value)) => {
                *place = Some(value);
                true
            }
            _ => false,
        },
    };
    if !is_read {
        snapshot.unread.add(name);
    }
}

fn rings(memstats: &Map<String, Value>) -> Option<PauseRing> {
    let ring = |name| memstats.get(name).and_then(numbers);
    PauseRing::new(ring("PauseNs")?, ring("PauseEnd")?)
}

fn numbers(value: &Value) -> Option<Vec<u64>> {
    let numbers = value.as_array()?.iter().map(whole);
    numbers.collect()
}

/// A count. Tools that know floats only write large ones so.
fn whole(value: &Value) -> Option<u64> {
    const LARGEST: f64 = 18_446_744_073_709_551_616.0;
    value.as_u64().or_else(|| {
        let float = value.as_f64()?;
        (float.fract() == 0.0 && (0.0..LARGEST).contains(&float)).then_some(float as u64)
    })
}

fn sizes(value: &Value) -> Option<Vec<SizeClass>> {
    let classes = value.as_array()?.iter().map(|class| {
        let field = |name| class.get(name).and_then(whole);
        Some(SizeClass::new(
            field("Size")?,
            field("Mallocs")?,
            field("Frees")?,
        ))
    });
    let mut classes: Vec<SizeClass> = classes.collect::<Option<_>>()?;
    classes.retain(|class| class.size > 0);
    Some(classes)
}
