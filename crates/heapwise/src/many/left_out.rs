//! What became of a profile that is one of many.

use super::Many;

impl Many {
    /// What was read; where it could not be, an error, or nothing if that is left out.
    pub(crate) fn read_or_left_out<T>(
        &self,
        path: &str,
        outcome: anyhow::Result<T>,
    ) -> anyhow::Result<Option<T>> {
        match outcome {
            Ok(read) => Ok(Some(read)),
            Err(error) if self.keeps_going => {
                self.leave_out(path, &error)?;
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}
