"""The part of the SARIF 2.1.0 schema that a log of ours uses, stricter: no other member at all.

Written from the standard, https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/, since the
official schema is large and not ours to copy.
"""

from __future__ import annotations

from typing import Any


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def _list(item: dict[str, Any], *, least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": item, "minItems": least}


TEXT = {"type": "string", "minLength": 1}
# A brace stands for itself only if it is doubled (3.11.5).
MESSAGE = _object({"text": {**TEXT, "pattern": r"^([^{}]|\{\{|\}\})*$"}})
LEVEL = {"enum": ["none", "note", "warning", "error"]}
FROM_ONE = {"type": "integer", "minimum": 1}
REGION = _object(
    {"startLine": FROM_ONE, "startColumn": FROM_ONE, "endLine": FROM_ONE, "endColumn": FROM_ONE}
)
# RFC 3986, and 3.4.4: a relative reference has no `..` to climb with.
URI = {
    "type": "string",
    "pattern": r"^(?!.*(^|/)\.\.(/|$))(file:///)?([A-Za-z0-9._~!$&'()*+,;=@/-]|%[0-9A-F]{2})+$",
}
RELATIVE = {**URI, "not": {"pattern": "^(/|file:)"}}
ABSOLUTE = {**URI, "allOf": [{"pattern": "^file:///"}]}
ARTIFACT = {
    "oneOf": [
        _object({"uri": RELATIVE, "uriBaseId": {"const": "%SRCROOT%"}}),
        _object({"uri": ABSOLUTE}),
    ]
}
PLACE = {"physicalLocation": _object({"artifactLocation": ARTIFACT, "region": REGION})}
REPLACEMENT = _object(
    {"deletedRegion": REGION, "insertedContent": _object({"text": {"type": "string"}})}
)
CHANGE = _object({"artifactLocation": ARTIFACT, "replacements": _list(REPLACEMENT, least=1)})
FIX = _object({"description": MESSAGE, "artifactChanges": _list(CHANGE, least=1)})
RESULT = _object(
    {
        "ruleId": TEXT,
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "message": MESSAGE,
        "locations": _list(_object(PLACE)),
    },
    {
        "relatedLocations": _list(_object({**PLACE, "message": MESSAGE}), least=1),
        "fixes": _list(FIX, least=1),
    },
)
RULE = _object(
    {
        "id": TEXT,
        "shortDescription": MESSAGE,
        "fullDescription": MESSAGE,
        "help": MESSAGE,
        "defaultConfiguration": _object({"level": LEVEL}),
    }
)
DRIVER = _object({"name": TEXT, "version": TEXT, "rules": _list(RULE)})
RUN = _object(
    {
        "tool": _object({"driver": DRIVER}),
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "newlineSequences": _list(TEXT, least=1),
        "originalUriBaseIds": _object({"%SRCROOT%": _object({"description": MESSAGE})}),
        "results": _list(RESULT),
    }
)
LOG = _object({"$schema": TEXT, "version": {"const": "2.1.0"}, "runs": _list(RUN, least=1)})
