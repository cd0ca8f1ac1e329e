//! A profile of an input with several: of which process it is, and of what.

use std::fmt;

use crate::words::counted;

/// A profile of an input that may hold several, by what it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OtlpProfile {
    /// What the sender says of the process: the attributes of its resource, in their order.
    pub resource: Vec<(String, String)>,
    /// What made the profile: the name of its scope; empty where none is told.
    pub scope: String,
    /// When it was taken, in nanoseconds since 1970-01-01 UTC; 0 where that is not told.
    pub time_nanos: i64,
    /// What is measured, for example `alloc_objects`.
    pub sample_types: Vec<String>,
    /// Number of samples.
    pub samples: u64,
}

impl OtlpProfile {
    /// What the sender says under a name.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let named = self.resource.iter().find(|(key, _)| key == name);
        named.map(|(_, value)| value.as_str())
    }

    /// Bytes of memory that it takes, about.
    pub(super) fn size(&self) -> usize {
        let resource = self
            .resource
            .iter()
            .map(|(key, value)| 48 + key.len() + value.len());
        let types = self.sample_types.iter().map(|type_| 24 + type_.len());
        size_of::<Self>() + self.scope.len() + resource.sum::<usize>() + types.sum::<usize>()
    }

    /// The process, by all that the sender says of it.
    pub(super) fn is_of_same(&self, other: &OtlpProfile) -> bool {
        self.resource == other.resource
    }
}

/// For people: `heap of checkout, 15 samples`, with the types instead of a kind.
impl fmt::Display for OtlpProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let types: Vec<&str> = self
            .sample_types
            .iter()
            .take(5)
            .map(String::as_str)
            .collect();
        let samples = counted(self.samples, "sample");
        write!(f, "{} with {samples}", types.join("+"))?;
        match self.attribute("service.name") {
            Some(service) => write!(f, " of service.name={service}")?,
            None => f.write_str(" of an unnamed service")?,
        }
        let others = [
            "service.instance.id",
            "host.name",
            "k8s.pod.name",
            "process.pid",
        ];
        for name in others {
            if let Some(value) = self.attribute(name) {
                write!(f, ",{name}={value}")?;
            }
        }
        Ok(())
    }
}
