//! A file of a table while it is written: under a name of its own until it is whole.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context, bail};
use heapwise_report::{Batch, ExportTable};
use tempfile::{Builder, TempPath};

use super::parquet::ParquetFile;

/// The form of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Parquet,
    Ndjson,
}

impl Form {
    pub(super) fn ending(self) -> &'static str {
        match self {
            Form::Parquet => "parquet",
            Form::Ndjson => "ndjson",
        }
    }

    /// Refuses what this build does not write.
    pub(crate) fn expect_built(self) -> anyhow::Result<()> {
        if self == Form::Parquet && !cfg!(feature = "parquet") {
            bail!(
                "--format: found parquet, expected ndjson: this build is without its feature parquet"
            );
        }
        Ok(())
    }
}

/// A file that is being written.
pub(super) struct TableFile {
    writer: Writer,
    temporary: TempPath,
    target: Target,
}

enum Writer {
    Parquet(ParquetFile),
    Ndjson(BufWriter<File>),
}

/// A file that is whole, and not yet under its name.
pub(super) struct WholeFile {
    temporary: TempPath,
    target: Target,
}

/// Where a file is to be, but for the name of its export.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) folder: PathBuf,
    /// Of several files of one table in one folder.
    pub(super) part: u32,
    pub(super) form: Form,
}

impl Target {
    fn path(&self, name: &str) -> PathBuf {
        let ending = self.form.ending();
        self.folder.join(match self.part {
            0 => format!("{name}.{ending}"),
            part => format!("{name}-{part}.{ending}"),
        })
    }

    fn shown(&self) -> String {
        self.folder.display().to_string()
    }

    /// Refuses a name that is taken.
    pub(super) fn expect_new(&self, name: &str) -> anyhow::Result<()> {
        let path = self.path(name);
        if path.exists() {
            bail!(
                "{}: found an export of the same profiles, expected none (--overwrite writes over it)",
                path.display()
            );
        }
        Ok(())
    }
}

impl TableFile {
    /// Begins a file that is to have a name.
    pub(super) fn new(table: ExportTable, target: Target) -> anyhow::Result<Self> {
        let folder = &target.folder;
        fs::create_dir_all(folder).with_context(|| target.shown())?;
        let made = temporary().tempfile_in(folder);
        let made = made.with_context(|| target.shown())?;
        let (file, temporary) = made.into_parts();
        let writer = match target.form {
            Form::Parquet => Writer::Parquet(ParquetFile::new(file, table)?),
            Form::Ndjson => Writer::Ndjson(BufWriter::new(file)),
        };
        Ok(TableFile {
            writer,
            temporary,
            target,
        })
    }

    pub(super) fn write(&mut self, batch: &Batch) -> anyhow::Result<()> {
        let written = match &mut self.writer {
            Writer::Parquet(file) => file.write(batch),
            Writer::Ndjson(out) => batch.write_ndjson(out).map_err(anyhow::Error::from),
        };
        written
            .map_err(of_system)
            .with_context(|| self.target.shown())
    }

    pub(super) fn finish(self) -> anyhow::Result<WholeFile> {
        let finished = match self.writer {
            Writer::Parquet(file) => file.finish(),
            Writer::Ndjson(mut out) => out.flush().map_err(anyhow::Error::from),
        };
        finished
            .map_err(of_system)
            .with_context(|| self.target.shown())?;
        Ok(WholeFile {
            temporary: self.temporary,
            target: self.target,
        })
    }
}

/// What the system says, once: the writer of Parquet repeats it.
fn of_system(error: anyhow::Error) -> anyhow::Error {
    match error.root_cause().downcast_ref::<std::io::Error>() {
        Some(cause) => anyhow::anyhow!("{cause}"),
        None => error,
    }
}

/// Names that engines pass over, for files that anyone may read who may read what programs create.
fn temporary() -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    builder.prefix(".heapwise-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder
}

impl WholeFile {
    /// Where it is to be.
    pub(super) fn target(&self) -> &Target {
        &self.target
    }

    /// Gives the file its name.
    pub(super) fn publish(self, name: &str, overwrites: bool) -> anyhow::Result<()> {
        let path = self.target.path(name);
        let published = match overwrites {
            true => self.temporary.persist(&path),
            false => self.temporary.persist_noclobber(&path),
        };
        let published = published.map_err(|error| error.error);
        published.with_context(|| path.display().to_string())
    }
}
