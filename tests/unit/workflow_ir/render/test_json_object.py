from __future__ import annotations

import json

from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Edit, Fix, Note
from workflow_ir.render import to_json
from workflow_ir.span import Span

FILE = "docs.melody.yaml"


def test_the_json_form_is_that_of_the_specification() -> None:
    fix = Fix("write `a`", (Edit(Span(FILE, 1, 1, 1, 2), "a"),))
    notes = (Note("n", Span(FILE, 9, 8, 9, 9)), Note("bare"))
    problems = [
        diagnose("MEL112", "m", Span(FILE, 1, 1, 1, 2), notes=notes, help="h", fix=fix),
        diagnose("MEL217", "w", None),
    ]
    place = {"file": FILE, "line": 1, "column": 1, "end_line": 1, "end_column": 2}
    nowhere = dict.fromkeys(place)
    assert json.loads(json.dumps(to_json(problems))) == {
        "schema": "melody.check/1",
        "diagnostics": [
            {
                "code": "MEL112",
                "severity": "error",
                "message": "m",
                **place,
                "notes": [
                    {"message": "n", "file": FILE, "line": 9, "column": 8},
                    {"message": "bare", "file": None, "line": None, "column": None},
                ],
                "help": "h",
                "fix": {"description": "write `a`", "edits": [{**place, "text": "a"}]},
            },
            {
                "code": "MEL217",
                "severity": "warning",
                "message": "w",
                **nowhere,
                "notes": [],
                "help": None,
                "fix": None,
            },
        ],
    }
