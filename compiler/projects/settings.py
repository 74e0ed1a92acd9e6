"""``--set PATH=VALUE``: one value of a Melody, changed on the command line before it is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from compiler.parse.source_text import SourceText
from compiler.parse.text import text_of_str
from compiler.parse.tree import KeyNode, Node
from compiler.parse.yaml_reader import read_tree
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic

OPTION = "--set"
MAX_PATH = 40
"""Keys of a path."""
MAX_SETTINGS = 1000


@dataclass(frozen=True, slots=True)
class Setting:
    """One option, read."""

    source: SourceText
    """The option as a file of one line: ``policy.timeout=2m``, so that mistakes have a place."""
    path: tuple[KeyNode, ...]
    """Its keys, each with its place."""
    value: Node

    @property
    def keys(self) -> tuple[str, ...]:
        """The path as text."""
        return tuple(key.text for key in self.path)


@dataclass(frozen=True, slots=True)
class Settings:
    """All of them, in the order given: of two for one path the later counts."""

    read: tuple[Setting, ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    """Each option as a file, for showing diagnostics."""


NO_SETTINGS = Settings()


def read_settings(options: Iterable[str]) -> Settings:
    """Read the options; what cannot be read is MEL131, or what YAML's reader says of the value."""
    read: list[Setting] = []
    problems: list[Diagnostic] = []
    sources: dict[str, SourceText] = {}
    for number, option in enumerate(options):
        if number == MAX_SETTINGS:
            problems.append(
                diagnose(
                    "MEL131",
                    f"there are more than {MAX_SETTINGS} settings",
                    None,
                    help="write them into the Melody",
                )
            )
            break
        found = _read(option, sources)
        if isinstance(found, Setting):
            read.append(found)
        else:
            problems += found
    texts = {file: source.text for file, source in sources.items()}
    return Settings(tuple(read), tuple(problems), texts)


def is_set(file: str) -> bool:
    """Whether a place is in an option rather than in a file."""
    return file.startswith(f"{OPTION} ")


def unfixable(problem: Diagnostic) -> Diagnostic:
    """The same without a fix, if that would have to be made on the command line."""
    of_option = problem.fix is not None and any(
        is_set(edit.span.file) for edit in problem.fix.edits
    )
    return replace(problem, fix=None) if of_option else problem


def _read(option: str, sources: dict[str, SourceText]) -> Setting | tuple[Diagnostic, ...]:
    name = option.partition("=")[0][:60]
    file = f"{OPTION} {name if name and name.isprintable() else repr(name)}"
    if file in sources:
        file = f"{file} ({len(sources) + 1})"
    text, problems = text_of_str(option, file)
    if text is None:
        return problems
    sources[file] = text
    path, equals, value = text.text.partition("=")
    if not equals or not path.strip() or not value.strip():
        missing = "value" if path.strip() else "path"
        return (
            diagnose(
                "MEL131",
                f"this setting has no {missing}",
                text.span(0, len(text.text)),
                help="write `--set policy.timeout=2m`; `null` takes a value away",
            ),
        )
    keys = tuple(_keys(text, path))
    if len(keys) > MAX_PATH or not all(key.text for key in keys):
        return (
            diagnose(
                "MEL131",
                "this is no path",
                text.span(0, len(path)),
                help="write the keys with one dot between: `--set steps.draft.policy.timeout=30s`",
            ),
        )
    # The value stands where it stands in the option, so that its places are right.
    padded = SourceText(file, " " * (len(path) + 1) + value)
    node, found = read_tree(padded)
    errors = tuple(unfixable(problem) for problem in found)
    if node is None or errors:
        return errors
    return Setting(text, keys, node)


def _keys(text: SourceText, path: str) -> Iterable[KeyNode]:
    at = 0
    for part in path.split("."):
        inner = part.strip()
        start = at + len(part) - len(part.lstrip())
        yield KeyNode(inner, text.span(start, start + len(inner)))
        at += len(part) + 1
