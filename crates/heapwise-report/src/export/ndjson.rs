//! Rows as lines of JSON: an object for each, with all columns.

use std::io::{self, Write};

use heapwise_analysis::Zone;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::batch::{Batch, Cells};
use super::fields::{Field, FieldType};

impl Batch {
    /// Writes the rows as lines.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_ndjson(&self, out: &mut dyn Write) -> io::Result<()> {
        for at in 0..self.rows() {
            serde_json::to_writer(&mut *out, &Row { batch: self, at })?;
            out.write_all(b"\n")?;
        }
        Ok(())
    }
}

struct Row<'a> {
    batch: &'a Batch,
    at: usize,
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (field, cells) in self.batch.columns() {
            map.serialize_entry(
                field.name,
                &Value {
                    field,
                    cells,
                    at: self.at,
                },
            )?;
        }
        map.end()
    }
}

struct Value<'a> {
    field: &'a Field,
    cells: &'a Cells,
    at: usize,
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.cells {
            Cells::Int(all) => {
                let value = all.get(self.at).copied().flatten();
                match (value, self.field.type_) {
                    (Some(micros), FieldType::Time) => serializer.serialize_str(&moment(micros)),
                    (value, _) => value.serialize(serializer),
                }
            }
            Cells::Text(all) => all
                .get(self.at)
                .and_then(|text| text.as_deref())
                .serialize(serializer),
            Cells::Bool(all) => all.get(self.at).serialize(serializer),
            Cells::TextMap(all) => {
                let all = all.get(self.at).into_iter().flatten();
                serializer.collect_map(all.map(|(name, text)| (&**name, &**text)))
            }
            Cells::IntMap(all) => {
                let all = all.get(self.at).into_iter().flatten();
                serializer.collect_map(all.map(|(name, value)| (&**name, value)))
            }
        }
    }
}

/// `2026-11-28T09:15:00.123456Z`.
fn moment(micros: i64) -> String {
    Zone::default().rfc3339(micros.saturating_mul(1000))
}
