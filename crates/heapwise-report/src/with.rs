//! Setters of reports: what is not required is set by name, so that a report can gain a field.

/// One setter for each line, named after its field.
macro_rules! with {
    ($($(#[$doc:meta])* $setter:ident($field:ident: $type:ty);)*) => {
        $(
            $(#[$doc])*
            #[must_use]
            pub fn $setter(mut self, $field: $type) -> Self {
                self.$field = $field;
                self
            }
        )*
    };
}

pub(crate) use with;
