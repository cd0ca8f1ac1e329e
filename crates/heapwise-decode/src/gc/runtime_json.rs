//! Reads values of the package runtime/metrics as JSON: an object of names, or a list of samples.

use serde_json::{Map, Value as Json};

use super::metrics::{Metrics, Value, known};
use super::number::Number;
use super::runtime_lines::ordered;
use super::snapshot::{GcSnapshot, GcSource};

/// How deep in a document metrics are looked for.
const DEPTH: usize = 4;

/// The values in a document, of each moment that it has.
pub(super) fn read(document: &Json) -> Vec<GcSnapshot> {
    let mut moments = Moments::default();
    moments.gather(document, DEPTH);
    moments.end();
    moments.done
}

/// Collects values. A name that comes again starts another moment.
#[derive(Default)]
struct Moments {
    metrics: Metrics,
    done: Vec<GcSnapshot>,
}

impl Moments {
    fn gather(&mut self, json: &Json, depth: usize) {
        match json {
            Json::Array(list) if depth > 0 => {
                for one in list {
                    self.gather(one, depth - 1);
                }
            }
            Json::Object(object) if depth > 0 => match sample(object) {
                Some((name, value)) => self.set(name, value),
                None => self.object(object, depth),
            },
            _ => {}
        }
    }

    fn object(&mut self, object: &Map<String, Json>, depth: usize) {
        for (name, value) in object {
            match known(name) {
                Some(name) => self.set(name, value),
                None => self.gather(value, depth - 1),
            }
        }
    }

    fn set(&mut self, name: &'static str, json: &Json) {
        if self.metrics.has(name) {
            self.end();
        }
        self.metrics.set(name, value(json, DEPTH));
    }

    fn end(&mut self) {
        let metrics = std::mem::take(&mut self.metrics);
        if !metrics.is_empty() {
            let mut snapshot = GcSnapshot::new(GcSource::RuntimeMetrics);
            metrics.fill(&mut snapshot);
            self.done.push(snapshot);
        }
    }
}

/// `{"Name": "/gc/heap/live:bytes", "Value": 12}`.
fn sample(object: &Map<String, Json>) -> Option<(&'static str, &Json)> {
    let name = known(field(object, "name")?.as_str()?)?;
    // Without a value of that name the object itself may have it, beside the name of its kind.
    let value = field(object, "value");
    value.or_else(|| of_kind(object)).map(|value| (name, value))
}

fn value(json: &Json, depth: usize) -> Option<Value> {
    match json {
        Json::Number(number) => Some(Value::Number(match number.as_u64() {
            Some(whole) => Number::Whole(whole),
            None => Number::Float(number.as_f64()?),
        })),
        Json::String(text) => Number::parse(text).map(Value::Number),
        Json::Object(object) if depth > 0 => match field(object, "counts") {
            Some(counts) => histogram(counts, field(object, "buckets")?),
            None => value(of_kind(object)?, depth - 1),
        },
        _ => None,
    }
}

/// A value under the name of its kind (runtime/metrics/value.go).
fn of_kind(object: &Map<String, Json>) -> Option<&Json> {
    let names = [
        "uint64",
        "float64",
        "float64histogram",
        "histogram",
        "value",
    ];
    names.iter().find_map(|name| field(object, name))
}

/// Go writes `Value`, and tags in tools `value`.
fn field<'a>(object: &'a Map<String, Json>, name: &str) -> Option<&'a Json> {
    let mut fields = object.iter();
    fields.find_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value))
}

fn histogram(counts: &Json, bounds: &Json) -> Option<Value> {
    let counts = counts.as_array()?.iter().map(Json::as_u64);
    let bounds = bounds.as_array()?;
    let last = bounds.len().checked_sub(1)?;
    let bounds = bounds.iter().enumerate().map(|(at, json)| match json {
        Json::String(text) => text.parse().ok(),
        // What JavaScript makes of infinities.
        Json::Null if at == 0 => Some(f64::NEG_INFINITY),
        Json::Null if at == last => Some(f64::INFINITY),
        _ => json.as_f64(),
    });
    let bounds: Option<Vec<f64>> = bounds.collect();
    let counts: Option<Vec<u64>> = counts.collect();
    ordered(bounds?, counts?).map(Value::Histogram)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::read;

    #[test]
    fn reads_every_shape() {
        let pauses = json!({"Counts": [0, 3], "Buckets": ["-Inf", 1e-9, "+Inf"]});
        let (live, pause) = ("/gc/heap/live:bytes", "/sched/pauses/total/gc:seconds");
        for document in [
            json!({live: 12, pause: pauses, "/sched/latencies:seconds": pauses}),
            json!({"time": "now", "metrics": {live: "12", pause: pauses}}),
            json!([{"Name": live, "Value": 12}, {"Name": pause, "Value": pauses}]),
            json!({"samples": [{"name": live, "value": {"kind": "uint64", "value": 12}},
                {"name": pause, "value": {"Float64Histogram": pauses}}]}),
            json!([{"name": live, "kind": 1, "uint64": 12.0}, {"name": pause, "value":
                {"counts": [0, 3], "buckets": [null, 1e-9, null]}}]),
        ] {
            let snapshots = read(&document);
            assert_eq!(snapshots.len(), 1, "{document}");
            let snapshot = snapshots[0].clone();
            assert_eq!(snapshot.heap.live, Some(12), "{document}");
            let histogram = snapshot.pause_histogram.expect("is there");
            assert_eq!(histogram.bounds, [f64::NEG_INFINITY, 1e-9, f64::INFINITY]);
            assert_eq!(snapshot.unread.count, 0, "{document}");
        }
    }

    #[test]
    fn counts_what_is_no_value() {
        let document =
            json!({"/gc/heap/live:bytes": -1, "/gc/heap/goal:bytes": [1], "/gc/gogc:percent": 50});
        let snapshot = &read(&document)[0];
        assert_eq!((snapshot.heap.live, snapshot.heap.goal), (None, None));
        assert_eq!(snapshot.unread.count, 2);
        assert!(read(&json!({"a": 1})).is_empty());
        let series = json!([{"/gc/heap/live:bytes": 1}, {"/gc/heap/live:bytes": 2}]);
        assert_eq!(read(&series).len(), 2);
    }
}
