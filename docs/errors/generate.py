"""Writes the pages of this folder from the one table of codes; ``make docs`` calls it.

The example of a page is what the tests show: the Melody of
``tests/snapshot/diagnostics/cases`` and what the terminal says to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from workflow_ir.codes import CODES, CodeInfo

HERE = Path(__file__).parent
CASES = HERE.parents[1] / "tests" / "snapshot" / "diagnostics" / "cases"
MARK = "<!-- Written by `make docs` from `workflow_ir/codes`: change it there. -->"
FAMILIES = {
    "1": "Reading: from text to a Melody",
    "14": "Chaining: from command lines and foreign files to a Melody",
    "2": "Checking: names, types and the graph",
    "3": "Backends: what an engine lacks",
    "4": "Policy: bounds, permissions and secrets",
    "5": "Starting a run",
    "55": "Testing: test files and snapshots",
    "6": "Players and models: what they need from this machine",
    "9": "The installation, and bugs",
}
"""Headings by the digits that the numbers of a family begin with; the longest one counts."""


def pages() -> Mapping[str, str]:
    """Every page by its file's name."""
    return {
        "README.md": "\n".join(_index()),
        **{f"{code}.md": "\n".join(_page(info)) for code, info in CODES.items()},
    }


def _index() -> Iterator[str]:
    yield f"{MARK}\n"
    yield "# Error codes\n"
    yield (
        "Every problem that Melody finds has a code. `melody explain MEL204` says the same as its"
        " page here. The pages show each mistake as the test suite makes it.\n"
    )
    for digits, heading in FAMILIES.items():
        of_family = [info for code, info in CODES.items() if _family(code) == digits]
        if not of_family:
            continue
        yield f"## {heading}\n"
        yield "| code | | what it is |\n|---|---|---|"
        for info in of_family:
            yield f"| [{info.code}]({info.code}.md) | {info.severity.value} | {info.title} |"
        yield ""


def _family(code: str) -> str:
    number = code.removeprefix("MEL")
    return max((digits for digits in FAMILIES if number.startswith(digits)), key=len)


def _page(info: CodeInfo) -> Iterator[str]:
    yield f"{MARK}\n"
    yield f"# {info.code}: {info.title}\n"
    yield f"Severity: {info.severity.value}. [All codes](README.md)\n"
    yield f"{info.cause}\n"
    yield f"**What to do.** {info.cure}\n"
    if info.example is not None:
        yield f"Instead of\n\n{_fenced(info.example.bad)}\n"
        yield f"write\n\n{_fenced(info.example.good)}\n"
    yield from _example(info.code)


def _example(code: str) -> Iterator[str]:
    terminal = CASES / f"{code}.txt"
    if not terminal.is_file():
        return
    yield "## Example\n"
    for kind, name in (("project", "melody.project.yaml"), ("melody", f"{code}.melody.yaml")):
        file = CASES / f"{code}.{kind}.yaml"
        if file.is_file():
            yield f"{name}:\n\n{_fenced(file.read_text(encoding='utf-8'), 'yaml')}\n"
    yield _fenced(terminal.read_text(encoding="utf-8"), "console") + "\n"


def _fenced(text: str, language: str = "") -> str:
    body = text.strip("\n")
    return f"```{language}\n{body}\n```"


def main() -> None:
    """Write every page, and delete those of codes that are gone."""
    wanted = pages()
    for path in HERE.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (HERE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
