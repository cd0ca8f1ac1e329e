"""Writes OTLP profiles again with the classes that protoc generated for another release of opentelemetry-proto.

Usage: python others.py 1.7|1.9|1.10 IN.otlp.json OUT
IN is in the layout of 1.10 or later. OUT ending in .json is JSON, else protobuf. Needs the PyPI package
opentelemetry-proto: 1.38.0 for 1.7, 1.40.0 for 1.9, 1.45.2 for 1.10.
"""

import json
import sys

from google.protobuf import json_format
from opentelemetry.proto.profiles.v1development import profiles_pb2


def ranges(data):
    """As up to 1.8: one profile of several types, ranges of locations, names of attributes in full, units by name."""
    dictionary = data["dictionary"]
    strings = dictionary["stringTable"]
    stacks = dictionary.pop("stackTable")
    attributes, units = [], {}
    for row in dictionary["attributeTable"]:
        key = row.get("keyStrindex", 0)
        attributes.append({"key": strings[key], "value": row.get("value", {})})
        if row.get("unitStrindex"):
            units[key] = row["unitStrindex"]
    dictionary["attributeTable"] = attributes
    dictionary["attributeUnits"] = [
        {"attributeKeyStrindex": key, "unitStrindex": unit} for key, unit in sorted(units.items())
    ]
    for location in dictionary["locationTable"]:
        location["line"] = location.pop("lines", [])
    for resource in data["resourceProfiles"]:
        for scope in resource["scopeProfiles"]:
            scope["profiles"] = [together(scope["profiles"], stacks)]
    return data


def together(profiles, stacks):
    first = profiles[0]
    indices, samples = [], []
    for at, sample in enumerate(first.get("samples", [])):
        stack = stacks[sample.get("stackIndex", 0)].get("locationIndices", [])
        values = [profile["samples"][at]["values"][0] for profile in profiles]
        samples.append({
            "locationsStartIndex": len(indices),
            "locationsLength": len(stack),
            "value": values,
            "attributeIndices": sample.get("attributeIndices", []),
        })
        indices += stack
    return {
        "sampleType": [profile["sampleType"] for profile in profiles],
        "sample": samples,
        "locationIndices": indices,
        "timeNanos": first.get("timeUnixNano", 0),
        "durationNanos": first.get("durationNano", 0),
        "periodType": first.get("periodType", {}),
        "period": first.get("period", 0),
        "attributeIndices": first.get("attributeIndices", []),
    }


def main():
    release, source, target = sys.argv[1:]
    with open(source) as file:
        data = json.load(file)
    if release == "1.7":
        data = ranges(data)
    message = json_format.ParseDict(data, profiles_pb2.ProfilesData())
    if target.endswith(".json"):
        with open(target, "w") as file:
            file.write(json_format.MessageToJson(message) + "\n")
    else:
        with open(target, "wb") as file:
            file.write(message.SerializeToString())


main()
