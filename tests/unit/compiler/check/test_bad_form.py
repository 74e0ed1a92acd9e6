from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import codes, only, shown

CASE = """\
steps:
  a: {approval: "ok?", form: {choice: string}}
"""
SHOWN = """\
error[MEL226]: `choice` of an approval is what the person chose, so no field may have that name
 --> t.melody.yaml:4:30
  |
4 |   a: {approval: "ok?", form: {choice: string}}
  |                              ^^^^^^^^^^^^^^^^
  = help: give the field another name
  = help: melody explain MEL226
"""


def test_a_field_may_not_be_called_choice() -> None:
    assert shown(CASE) == SHOWN.rstrip()


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ("string", "a form has fields, and this is string"),
        ('"list[string]"', "a form has fields, and this is list[string]"),
        ("json", "a form has fields, and this is json"),
    ],
)
def test_a_form_is_a_map_of_fields(form: str, message: str) -> None:
    found = only(f"steps: {{a: {{approval: Publish, form: {form}}}}}\n")
    assert (found.code, found.message) == ("MEL226", message)


def test_a_form_that_cannot_be_read_is_one_mistake() -> None:
    assert codes("steps: {a: {approval: Publish, form: strin}}\n") == ["MEL119"]


APPROVED = "steps: {{a: {{approval: Publish, expires: 1h, on_timeout: {}, form: {}}}}}\n"


@pytest.mark.parametrize(
    ("late", "form", "found"),
    [
        ("approve", "{s: string}", ["MEL226"]),
        ("approve", '{s: "string?"}', []),
        ("approve", "{s: {type: string, default: x}}", []),
        ("reject", "{s: string}", []),
        ("fail", "{s: string}", []),
    ],
)
def test_time_alone_cannot_approve_what_somebody_must_fill_in(
    late: str, form: str, found: list[str]
) -> None:
    assert codes(APPROVED.format(late, form)) == found
