//! Which fields the messages of OTLP profiles have, by number and by name in JSON, for each layout
//! (opentelemetry-proto: profiles/v1development/profiles.proto, common/v1/common.proto).

use super::layout::Layout;

/// A message: the fields that it may have.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) name: &'static str,
    pub(super) fields: &'static [FieldRule],
}

/// A field of a message.
#[derive(Debug)]
pub(super) struct FieldRule {
    pub(super) number: u32,
    /// The name in JSON (camelCase).
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) is_repeated: bool,
}

/// What a field holds, and how JSON writes it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// An integer of up to 32 bits: a number in JSON.
    Int32,
    /// An integer of 64 bits: a text of digits in JSON.
    Int64,
    /// An unsigned integer of 64 bits: a text of digits in JSON.
    Uint64,
    /// The same in eight bytes.
    Fixed64,
    /// A number with a fraction.
    Double,
    /// Whether something is so.
    Bool,
    /// A text.
    Text,
    /// Bytes, in base64 in JSON.
    Bytes,
    /// Bytes of an id, in hexadecimal digits in JSON (OTLP: JSON Protobuf Encoding).
    Id,
    /// A constant, as a number or a name that is not looked at.
    Constant,
    /// A message.
    Nested(&'static Message),
}

const fn one(number: u32, name: &'static str, kind: Kind) -> FieldRule {
    FieldRule {
        number,
        name,
        kind,
        is_repeated: false,
    }
}

const fn many(number: u32, name: &'static str, kind: Kind) -> FieldRule {
    FieldRule {
        number,
        name,
        kind,
        is_repeated: true,
    }
}

impl Message {
    /// The field of a name, in camelCase or with underscores: readers of JSON take both (protobuf: ProtoJSON Format).
    pub(super) fn by_name(&self, name: &str) -> Option<&'static FieldRule> {
        let is_it = |field: &&FieldRule| is_same_name(field.name, name);
        self.fields.iter().find(is_it)
    }

    /// The field of a number.
    pub(super) fn by_number(&self, number: u64) -> Option<&'static FieldRule> {
        let is_it = |field: &&FieldRule| u64::from(field.number) == number;
        self.fields.iter().find(is_it)
    }
}

/// Whether a name is that of a field, as it is or with underscores.
pub(super) fn is_same_name(camel: &str, name: &str) -> bool {
    let mut letters = name.bytes().peekable();
    for letter in camel.bytes() {
        let next = match letters.next() {
            Some(b'_') => letters.next().map(|byte| byte.to_ascii_uppercase()),
            next => next,
        };
        if next != Some(letter) {
            return false;
        }
    }
    letters.next().is_none()
}

/// The outermost message in a layout: ProfilesData, and ExportProfilesServiceRequest, which has the same fields.
pub(super) fn root(layout: Layout) -> &'static Message {
    match layout {
        Layout::Ranges => &ranges::DATA,
        Layout::Early => &early::DATA,
        Layout::Stacks => &stacks::DATA,
        Layout::Present => &present::DATA,
    }
}

static ANY_VALUE: Message = Message {
    name: "AnyValue",
    fields: &[
        one(1, "stringValue", Kind::Text),
        one(2, "boolValue", Kind::Bool),
        one(3, "intValue", Kind::Int64),
        one(4, "doubleValue", Kind::Double),
        one(5, "arrayValue", Kind::Nested(&ARRAY_VALUE)),
        one(6, "kvlistValue", Kind::Nested(&KEY_VALUE_LIST)),
        one(7, "bytesValue", Kind::Bytes),
        one(8, "stringValueStrindex", Kind::Int32),
    ],
};
static ARRAY_VALUE: Message = Message {
    name: "ArrayValue",
    fields: &[many(1, "values", Kind::Nested(&ANY_VALUE))],
};
static KEY_VALUE_LIST: Message = Message {
    name: "KeyValueList",
    fields: &[many(1, "values", Kind::Nested(&KEY_VALUE))],
};
static KEY_VALUE: Message = Message {
    name: "KeyValue",
    fields: &[
        one(1, "key", Kind::Text),
        one(2, "value", Kind::Nested(&ANY_VALUE)),
        one(3, "keyStrindex", Kind::Int32),
    ],
};
static RESOURCE: Message = Message {
    name: "Resource",
    fields: &[
        many(1, "attributes", Kind::Nested(&KEY_VALUE)),
        one(2, "droppedAttributesCount", Kind::Int32),
    ],
};
static SCOPE: Message = Message {
    name: "InstrumentationScope",
    fields: &[
        one(1, "name", Kind::Text),
        one(2, "version", Kind::Text),
        many(3, "attributes", Kind::Nested(&KEY_VALUE)),
        one(4, "droppedAttributesCount", Kind::Int32),
    ],
};
static LINK: Message = Message {
    name: "Link",
    fields: &[one(1, "traceId", Kind::Id), one(2, "spanId", Kind::Id)],
};
static FUNCTION: Message = Message {
    name: "Function",
    fields: &[
        one(1, "nameStrindex", Kind::Int32),
        one(2, "systemNameStrindex", Kind::Int32),
        one(3, "filenameStrindex", Kind::Int32),
        one(4, "startLine", Kind::Int64),
    ],
};
static LINE: Message = Message {
    name: "Line",
    fields: &[
        one(1, "functionIndex", Kind::Int32),
        one(2, "line", Kind::Int64),
        one(3, "column", Kind::Int64),
    ],
};
static VALUE_TYPE: Message = Message {
    name: "ValueType",
    fields: &[
        one(1, "typeStrindex", Kind::Int32),
        one(2, "unitStrindex", Kind::Int32),
        one(3, "aggregationTemporality", Kind::Constant),
    ],
};

/// What holds profiles, the same in every layout but for the profiles.
macro_rules! envelope {
    ($dictionary:expr, $profile:expr) => {
        pub(super) static DATA: Message = Message {
            name: "ProfilesData",
            fields: &[
                many(1, "resourceProfiles", Kind::Nested(&RESOURCE_PROFILES)),
                one(2, "dictionary", Kind::Nested($dictionary)),
            ],
        };
        static RESOURCE_PROFILES: Message = Message {
            name: "ResourceProfiles",
            fields: &[
                one(1, "resource", Kind::Nested(&super::RESOURCE)),
                many(2, "scopeProfiles", Kind::Nested(&SCOPE_PROFILES)),
                one(3, "schemaUrl", Kind::Text),
            ],
        };
        static SCOPE_PROFILES: Message = Message {
            name: "ScopeProfiles",
            fields: &[
                one(1, "scope", Kind::Nested(&super::SCOPE)),
                many(2, "profiles", Kind::Nested($profile)),
                one(3, "schemaUrl", Kind::Text),
            ],
        };
    };
}

/// 1.7.0.
mod ranges {
    use super::{FUNCTION, KEY_VALUE, Kind, LINE, LINK, Message, VALUE_TYPE, many, one};

    envelope!(&DICTIONARY, &PROFILE);

    static DICTIONARY: Message = Message {
        name: "ProfilesDictionary",
        fields: &[
            many(1, "mappingTable", Kind::Nested(&MAPPING)),
            many(2, "locationTable", Kind::Nested(&LOCATION)),
            many(3, "functionTable", Kind::Nested(&FUNCTION)),
            many(4, "linkTable", Kind::Nested(&LINK)),
            many(5, "stringTable", Kind::Text),
            many(6, "attributeTable", Kind::Nested(&KEY_VALUE)),
            many(7, "attributeUnits", Kind::Nested(&UNIT)),
        ],
    };
    static UNIT: Message = Message {
        name: "AttributeUnit",
        fields: &[
            one(1, "attributeKeyStrindex", Kind::Int32),
            one(2, "unitStrindex", Kind::Int32),
        ],
    };
    static MAPPING: Message = Message {
        name: "Mapping",
        fields: &[
            one(1, "memoryStart", Kind::Uint64),
            one(2, "memoryLimit", Kind::Uint64),
            one(3, "fileOffset", Kind::Uint64),
            one(4, "filenameStrindex", Kind::Int32),
            many(5, "attributeIndices", Kind::Int32),
            one(6, "hasFunctions", Kind::Bool),
            one(7, "hasFilenames", Kind::Bool),
            one(8, "hasLineNumbers", Kind::Bool),
            one(9, "hasInlineFrames", Kind::Bool),
        ],
    };
    static LOCATION: Message = Message {
        name: "Location",
        fields: &[
            one(1, "mappingIndex", Kind::Int32),
            one(2, "address", Kind::Uint64),
            many(3, "line", Kind::Nested(&LINE)),
            one(4, "isFolded", Kind::Bool),
            many(5, "attributeIndices", Kind::Int32),
        ],
    };
    static PROFILE: Message = Message {
        name: "Profile",
        fields: &[
            many(1, "sampleType", Kind::Nested(&VALUE_TYPE)),
            many(2, "sample", Kind::Nested(&SAMPLE)),
            many(3, "locationIndices", Kind::Int32),
            one(4, "timeNanos", Kind::Int64),
            one(5, "durationNanos", Kind::Int64),
            one(6, "periodType", Kind::Nested(&VALUE_TYPE)),
            one(7, "period", Kind::Int64),
            many(8, "commentStrindices", Kind::Int32),
            one(9, "defaultSampleTypeIndex", Kind::Int32),
            one(10, "profileId", Kind::Id),
            one(11, "droppedAttributesCount", Kind::Int32),
            one(12, "originalPayloadFormat", Kind::Text),
            one(13, "originalPayload", Kind::Bytes),
            many(14, "attributeIndices", Kind::Int32),
        ],
    };
    static SAMPLE: Message = Message {
        name: "Sample",
        fields: &[
            one(1, "locationsStartIndex", Kind::Int32),
            one(2, "locationsLength", Kind::Int32),
            many(3, "value", Kind::Int64),
            many(4, "attributeIndices", Kind::Int32),
            one(5, "linkIndex", Kind::Int32),
            many(6, "timestampsUnixNano", Kind::Uint64),
        ],
    };
}

static DICTIONARY: Message = Message {
    name: "ProfilesDictionary",
    fields: &[
        many(1, "mappingTable", Kind::Nested(&MAPPING)),
        many(2, "locationTable", Kind::Nested(&LOCATION)),
        many(3, "functionTable", Kind::Nested(&FUNCTION)),
        many(4, "linkTable", Kind::Nested(&LINK)),
        many(5, "stringTable", Kind::Text),
        many(6, "attributeTable", Kind::Nested(&ATTRIBUTE)),
        many(7, "stackTable", Kind::Nested(&STACK)),
    ],
};
static ATTRIBUTE: Message = Message {
    name: "KeyValueAndUnit",
    fields: &[
        one(1, "keyStrindex", Kind::Int32),
        one(2, "value", Kind::Nested(&ANY_VALUE)),
        one(3, "unitStrindex", Kind::Int32),
    ],
};
static MAPPING: Message = Message {
    name: "Mapping",
    fields: &[
        one(1, "memoryStart", Kind::Uint64),
        one(2, "memoryLimit", Kind::Uint64),
        one(3, "fileOffset", Kind::Uint64),
        one(4, "filenameStrindex", Kind::Int32),
        many(5, "attributeIndices", Kind::Int32),
    ],
};
static STACK: Message = Message {
    name: "Stack",
    fields: &[many(1, "locationIndices", Kind::Int32)],
};
static LOCATION: Message = Message {
    name: "Location",
    fields: &[
        one(1, "mappingIndex", Kind::Int32),
        one(2, "address", Kind::Uint64),
        many(3, "lines", Kind::Nested(&LINE)),
        many(4, "attributeIndices", Kind::Int32),
    ],
};

/// The profiles of layouts that have a table of stacks, with these samples.
macro_rules! profile {
    ($sample:expr) => {
        static PROFILE: Message = Message {
            name: "Profile",
            fields: &[
                one(1, "sampleType", Kind::Nested(&VALUE_TYPE)),
                many(2, "samples", Kind::Nested($sample)),
                one(3, "timeUnixNano", Kind::Fixed64),
                one(4, "durationNano", Kind::Uint64),
                one(5, "periodType", Kind::Nested(&VALUE_TYPE)),
                one(6, "period", Kind::Int64),
                one(7, "profileId", Kind::Id),
                one(8, "droppedAttributesCount", Kind::Int32),
                one(9, "originalPayloadFormat", Kind::Text),
                one(10, "originalPayload", Kind::Bytes),
                many(11, "attributeIndices", Kind::Int32),
            ],
        };
    };
}

/// 1.8.0.
mod early {
    use super::{
        ATTRIBUTE, FUNCTION, Kind, LINE, LINK, MAPPING, Message, STACK, VALUE_TYPE, many, one,
    };

    envelope!(&DICTIONARY, &PROFILE);

    static DICTIONARY: Message = Message {
        name: "ProfilesDictionary",
        fields: &[
            many(1, "mappingTable", Kind::Nested(&MAPPING)),
            many(2, "locationTable", Kind::Nested(&LOCATION)),
            many(3, "functionTable", Kind::Nested(&FUNCTION)),
            many(4, "linkTable", Kind::Nested(&LINK)),
            many(5, "stringTable", Kind::Text),
            many(6, "attributeTable", Kind::Nested(&ATTRIBUTE)),
            many(7, "stackTable", Kind::Nested(&STACK)),
        ],
    };
    static LOCATION: Message = Message {
        name: "Location",
        fields: &[
            one(1, "mappingIndex", Kind::Int32),
            one(2, "address", Kind::Uint64),
            many(3, "line", Kind::Nested(&LINE)),
            many(4, "attributeIndices", Kind::Int32),
        ],
    };
    static PROFILE: Message = Message {
        name: "Profile",
        fields: &[
            one(1, "sampleType", Kind::Nested(&VALUE_TYPE)),
            many(2, "sample", Kind::Nested(&super::stacks::SAMPLE)),
            one(3, "timeUnixNano", Kind::Fixed64),
            one(4, "durationNano", Kind::Uint64),
            one(5, "periodType", Kind::Nested(&VALUE_TYPE)),
            one(6, "period", Kind::Int64),
            many(7, "commentStrindices", Kind::Int32),
            one(8, "profileId", Kind::Id),
            one(9, "droppedAttributesCount", Kind::Int32),
            one(10, "originalPayloadFormat", Kind::Text),
            one(11, "originalPayload", Kind::Bytes),
            many(12, "attributeIndices", Kind::Int32),
        ],
    };
}

/// 1.9.0.
mod stacks {
    use super::{DICTIONARY, Kind, Message, VALUE_TYPE, many, one};

    envelope!(&DICTIONARY, &PROFILE);
    profile!(&SAMPLE);

    pub(super) static SAMPLE: Message = Message {
        name: "Sample",
        fields: &[
            one(1, "stackIndex", Kind::Int32),
            many(2, "values", Kind::Int64),
            many(3, "attributeIndices", Kind::Int32),
            one(4, "linkIndex", Kind::Int32),
            many(5, "timestampsUnixNano", Kind::Fixed64),
        ],
    };
}

/// 1.10.0 and later.
mod present {
    use super::{DICTIONARY, Kind, Message, VALUE_TYPE, many, one};

    envelope!(&DICTIONARY, &PROFILE);
    profile!(&SAMPLE);

    static SAMPLE: Message = Message {
        name: "Sample",
        fields: &[
            one(1, "stackIndex", Kind::Int32),
            many(2, "attributeIndices", Kind::Int32),
            one(3, "linkIndex", Kind::Int32),
            many(4, "values", Kind::Int64),
            many(5, "timestampsUnixNano", Kind::Fixed64),
        ],
    };
}

#[cfg(test)]
mod tests {
    use super::is_same_name;

    #[test]
    fn names_are_taken_in_both_spellings() {
        assert!(is_same_name("timeUnixNano", "time_unix_nano"));
        assert!(is_same_name("timeUnixNano", "timeUnixNano"));
        for other in [
            "timeUnixNan",
            "timeUnixNanos",
            "timeunixnano",
            "time__unix_nano",
            "",
        ] {
            assert!(!is_same_name("timeUnixNano", other), "{other}");
        }
    }
}
