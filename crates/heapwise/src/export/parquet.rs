//! A file of a table as Parquet: columns by their types, compressed with Snappy, which every engine reads and which is
//! written without C.

#[cfg(feature = "parquet")]
pub(super) use with::ParquetFile;
#[cfg(not(feature = "parquet"))]
pub(super) use without::ParquetFile;

#[cfg(feature = "parquet")]
mod with {
    use std::fs::File;
    use std::sync::Arc;

    use anyhow::Result;
    use heapwise_report::{Batch, Cells, ExportTable, Field, FieldType};
    use parquet::basic::Compression;
    use parquet::data_type::{BoolType, ByteArray, ByteArrayType, Int64Type};
    use parquet::file::metadata::KeyValue;
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
    use parquet::schema::parser::parse_message_type;

    /// A file that is being written: each batch is a row group.
    pub(in crate::export) struct ParquetFile {
        writer: SerializedFileWriter<File>,
    }

    impl ParquetFile {
        pub(in crate::export) fn new(file: File, table: ExportTable) -> Result<ParquetFile> {
            let schema = Arc::new(parse_message_type(&message_type(table))?);
            let fact = |key: &str, value: &str| KeyValue::new(key.to_owned(), value.to_owned());
            let version = env!("CARGO_PKG_VERSION");
            let properties = WriterProperties::builder()
                .set_compression(Compression::SNAPPY)
                .set_created_by(format!("heapwise version {version}"))
                .set_key_value_metadata(Some(vec![
                    fact("heapwise.schema", table.schema()),
                    fact("heapwise.version", version),
                ]))
                .build();
            let writer = SerializedFileWriter::new(file, schema, Arc::new(properties))?;
            Ok(ParquetFile { writer })
        }

        pub(in crate::export) fn write(&mut self, batch: &Batch) -> Result<()> {
            let mut group = self.writer.next_row_group()?;
            for (field, cells) in batch.columns() {
                write_column(&mut group, field, cells)?;
            }
            group.close()?;
            Ok(())
        }

        pub(in crate::export) fn finish(self) -> Result<()> {
            self.writer.close()?;
            Ok(())
        }
    }

    /// The schema as Parquet writes it.
    fn message_type(table: ExportTable) -> String {
        let columns: Vec<String> = table.fields().iter().map(column).collect();
        format!("message {} {{\n{}}}\n", table.name(), columns.concat())
    }

    fn column(field: &Field) -> String {
        let name = field.name;
        let repetition = if field.is_required {
            "required"
        } else {
            "optional"
        };
        let map = |value: &str| {
            format!(
                "required group {name} (MAP) {{ repeated group key_value {{ required binary key \
                 (UTF8); required {value}; }} }}\n"
            )
        };
        match field.type_ {
            FieldType::Int => format!("{repetition} int64 {name};\n"),
            FieldType::Time => format!("{repetition} int64 {name} (TIMESTAMP(MICROS,true));\n"),
            FieldType::Text => format!("{repetition} binary {name} (UTF8);\n"),
            FieldType::Bool => format!("{repetition} boolean {name};\n"),
            FieldType::TextMap => map("binary value (UTF8)"),
            FieldType::IntMap => map("int64 value"),
        }
    }

    type Group<'a> = SerializedRowGroupWriter<'a, File>;

    fn write_column(group: &mut Group<'_>, field: &Field, cells: &Cells) -> Result<()> {
        match cells {
            Cells::Int(all) => {
                let values: Vec<i64> = all.iter().flatten().copied().collect();
                write::<Int64Type>(group, &values, presence(field, all).as_deref(), None)
            }
            Cells::Text(all) => {
                let values: Vec<ByteArray> = all.iter().flatten().map(|text| bytes(text)).collect();
                write::<ByteArrayType>(group, &values, presence(field, all).as_deref(), None)
            }
            Cells::Bool(all) => write::<BoolType>(group, all, None, None),
            Cells::TextMap(all) => {
                let values: Vec<ByteArray> =
                    all.iter().flatten().map(|(_, text)| bytes(text)).collect();
                let levels = write_keys(group, all)?;
                let (definitions, repetitions) = (Some(&levels.0[..]), Some(&levels.1[..]));
                write::<ByteArrayType>(group, &values, definitions, repetitions)
            }
            Cells::IntMap(all) => {
                let values: Vec<i64> = all.iter().flatten().map(|&(_, value)| value).collect();
                let levels = write_keys(group, all)?;
                let (definitions, repetitions) = (Some(&levels.0[..]), Some(&levels.1[..]));
                write::<Int64Type>(group, &values, definitions, repetitions)
            }
        }
    }

    fn bytes(text: &str) -> ByteArray {
        ByteArray::from(text.as_bytes().to_vec())
    }

    /// Which rows have a value; `None` where all have.
    fn presence<T>(field: &Field, all: &[Option<T>]) -> Option<Vec<i16>> {
        let is_there = |cell: &Option<T>| i16::from(cell.is_some());
        (!field.is_required).then(|| all.iter().map(is_there).collect())
    }

    /// Writes the names of a map's entries, and tells the levels that its values have as well.
    fn write_keys<V>(
        group: &mut Group<'_>,
        all: &[Vec<(Arc<str>, V)>],
    ) -> Result<(Vec<i16>, Vec<i16>)> {
        let (mut definitions, mut repetitions) = (Vec::new(), Vec::new());
        for entries in all {
            for at in 0..entries.len().max(1) {
                definitions.push(i16::from(!entries.is_empty()));
                repetitions.push(i16::from(at > 0));
            }
        }
        let keys: Vec<ByteArray> = all.iter().flatten().map(|(key, _)| bytes(key)).collect();
        write::<ByteArrayType>(group, &keys, Some(&definitions), Some(&repetitions))?;
        Ok((definitions, repetitions))
    }

    fn write<T: parquet::data_type::DataType>(
        group: &mut Group<'_>,
        values: &[T::T],
        definitions: Option<&[i16]>,
        repetitions: Option<&[i16]>,
    ) -> Result<()> {
        if let Some(mut column) = group.next_column()? {
            column
                .typed::<T>()
                .write_batch(values, definitions, repetitions)?;
            column.close()?;
        }
        Ok(())
    }
}

#[cfg(not(feature = "parquet"))]
mod without {
    use std::fs::File;

    use anyhow::{Result, bail};
    use heapwise_report::{Batch, ExportTable};

    /// What this build does not write.
    pub(in crate::export) enum ParquetFile {}

    impl ParquetFile {
        pub(in crate::export) fn new(_: File, _: ExportTable) -> Result<ParquetFile> {
            bail!("parquet: this build does not write it")
        }

        pub(in crate::export) fn write(&mut self, _: &Batch) -> Result<()> {
            match *self {}
        }

        pub(in crate::export) fn finish(self) -> Result<()> {
            match self {}
        }
    }
}
