from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.workflow_ir.render.sarif_schema import LOG
from workflow_ir.codes import CODES
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Edit, Fix, Note, Severity
from workflow_ir.render import to_sarif
from workflow_ir.span import Span

FILE = "docs.melody.yaml"
PLACE = Span(FILE, 1, 4, 1, 5)


def run_of(*problems: Diagnostic, text: str = "", root: Path | None = None) -> Any:
    log = to_sarif(problems, {FILE: text}, root=root or Path.cwd(), version="1.2.3")
    jsonschema.Draft202012Validator(LOG).validate(log)
    return log["runs"][0]


def result_of(problem: Diagnostic, text: str = "", root: Path | None = None) -> Any:
    (result,) = run_of(problem, text=text, root=root)["results"]
    return result


def region(line: int, column: int, end_line: int, end_column: int) -> dict[str, int]:
    return {
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": end_column,
    }


def test_every_code_is_a_rule_with_its_help() -> None:
    driver = run_of()["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("melody", "1.2.3")
    assert [rule["id"] for rule in driver["rules"]] == list(CODES)
    rule = next(rule for rule in driver["rules"] if rule["id"] == "MEL217")
    assert rule["defaultConfiguration"] == {"level": "warning"}
    assert CODES["MEL217"].cure in rule["help"]["text"]


@pytest.mark.parametrize("code", CODES)
def test_a_result_points_to_its_rule(code: str) -> None:
    run = run_of(diagnose(code, "m", PLACE))
    (result,) = run["results"]
    assert result["ruleId"] == code
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == code
    assert result["level"] == CODES[code].severity.value


def test_a_severity_that_is_not_the_usual_one_is_kept() -> None:
    problem = Diagnostic("MEL401", "m", PLACE, Severity.WARNING)
    assert result_of(problem)["level"] == "warning"


def test_columns_are_counted_in_utf16() -> None:
    text = "𝒳é漢 wrong\n𝒳𝒳 end\n"
    at = text.index("wrong") + 1
    problem = diagnose("MEL111", "m", Span(FILE, 1, at, 2, 4))
    places = result_of(problem, text)["locations"]
    # As a program counts that holds text in UTF-16.
    before, last = (part.encode("utf-16-le") for part in ("𝒳é漢 ", "𝒳𝒳 "))
    wanted = region(1, len(before) // 2 + 1, 2, len(last) // 2 + 1)
    assert places[0]["physicalLocation"]["region"] == wanted
    assert wanted["startColumn"] == at + 1


@given(st.text(st.characters(exclude_characters="\r\n"), max_size=30), st.integers(1, 40))
def test_no_column_points_into_the_middle_of_a_character(line: str, column: int) -> None:
    problem = diagnose("MEL111", "m", Span(FILE, 1, column, 1, column))
    found = result_of(problem, line)["locations"][0]["physicalLocation"]["region"]
    shown = line.removeprefix("\ufeff")
    units = shown.encode("utf-16-le", "surrogatepass")[: 2 * (found["startColumn"] - 1)]
    if column <= len(shown) + 1:
        assert units.decode("utf-16-le", "surrogatepass") == shown[: column - 1]
    else:
        assert found["startColumn"] - len(units) // 2 == column - len(shown)


def test_a_problem_without_a_place_has_no_location() -> None:
    assert result_of(diagnose("MEL506", "bad", None))["locations"] == []


def test_paths_are_relative_to_the_root_and_escaped(tmp_path: Path) -> None:
    name = "my flows/50%: ä,b.melody.yaml"
    problem = diagnose("MEL111", "m", Span(str(tmp_path / name), 1, 1, 1, 1))
    place = result_of(problem, root=tmp_path)["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {
        "uri": "my%20flows/50%25%3A%20%C3%A4%2Cb.melody.yaml",
        "uriBaseId": "%SRCROOT%",
    }


def test_a_path_outside_of_the_root_stays_absolute(tmp_path: Path) -> None:
    problem = diagnose("MEL111", "m", Span(str(tmp_path / "a.yaml"), 1, 1, 1, 1))
    place = result_of(problem, root=tmp_path / "inside")["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": (tmp_path / "a.yaml").as_uri()}


def test_notes_with_a_place_are_related_locations_and_others_stand_in_the_text() -> None:
    problem = diagnose(
        "MEL402",
        "too long",
        PLACE,
        label="here",
        notes=(Note("the bound is set", Span("melody.project.yaml", 2, 3, 2, 9)), Note("bare")),
        help="write less",
    )
    result = result_of(problem)
    assert result["message"]["text"] == "too long (here)\nnote: bare\nhelp: write less"
    (related,) = result["relatedLocations"]
    assert related["message"] == {"text": "the bound is set here"}
    assert related["physicalLocation"]["region"] == region(2, 3, 2, 9)


def test_a_fix_is_a_replacement_a_file() -> None:
    edits = (
        Edit(Span(FILE, 1, 2, 1, 3), "a"),
        Edit(Span("other.yaml", 4, 1, 4, 1), "b"),
        Edit(Span(FILE, 2, 1, 3, 1), ""),
    )
    problem = diagnose("MEL115", "m", PLACE, fix=Fix("move it", edits))
    (fix,) = result_of(problem, "𝒳x\ny\nz")["fixes"]
    assert fix["description"] == {"text": "move it"}
    changed = {
        change["artifactLocation"]["uri"]: [
            (each["deletedRegion"], each["insertedContent"]["text"])
            for each in change["replacements"]
        ]
        for change in fix["artifactChanges"]
    }
    assert changed == {
        FILE: [(region(1, 3, 1, 4), "a"), (region(2, 1, 3, 1), "")],
        "other.yaml": [(region(4, 1, 4, 1), "b")],
    }


def test_text_has_no_placeholders_and_no_links() -> None:
    text = result_of(diagnose("MEL110", "quote `${{ x }}`, [a](b)", PLACE))["message"]["text"]
    assert text == "quote `${{{{ x }}}}`, [a] (b)"
