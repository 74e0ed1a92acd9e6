"""``melody fmt``: files in canonical form, and Melodies from Python or JSON as files."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from compiler.format import (
    MELODY,
    PACK,
    PROJECT,
    Formatted,
    Language,
    Shape,
    comments_of,
    converted,
    format_text,
    to_json,
    to_yaml,
)
from compiler.ir_file import is_ir, most_bytes
from compiler.parse.packs import is_of_a_pack
from compiler.parse.source_text import SourceText
from compiler.parse.text import text_of_file
from compiler.parse.yaml_reader import read_tree
from melody.builder.called import file_of
from melody.builder.loading import load_built
from melody.checking import melodies_in
from melody.projects import is_project_file
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, DiagnosticsError


@dataclass(frozen=True, slots=True)
class FormattedFile:
    """What became of one file."""

    path: str
    text: str | None
    """Its canonical text; None: it is left as it is."""
    is_changed: bool = False
    problems: tuple[Diagnostic, ...] = ()
    source: str = ""
    """Its text, for showing problems."""


def formatted_files(paths: Iterable[str]) -> Iterator[FormattedFile]:
    """Each file, and every Melody below each folder; nothing is written.

    A file that cannot be read or cannot be shown to say the same afterwards has problems instead.
    """
    for path in paths:
        inside = tuple(melodies_in(path)) if Path(path).is_dir() else (path,)
        for file in inside:
            if file.endswith(".py"):
                help_ = f"write `melody fmt --to yaml {file}` to see its Melody as YAML"
                yield _left(file, f"`{file}` is a Python program", help_)
            else:
                yield _formatted(file)


@dataclass(frozen=True, slots=True)
class ConvertedFile:
    """A Melody as the text of a file of another language."""

    text: str
    beside: tuple[str, ...] = ()
    """Files that its calls stand for, whose Melodies are written in Python too."""


def converted_file(
    path: str, language: Language, *, without_comments: bool = False
) -> ConvertedFile:
    """A Melody as the text of a file of a language.

    Args:
        path: A file; one of Python is executed, ``FILE.py:NAME`` names one Melody of it.
        language: What to write.
        without_comments: Comments may be left out, where the language has no place for them.

    Raises:
        DiagnosticsError: It cannot be read, or cannot be written so.
    """
    program, _, name = path.partition(".py:")
    if path.endswith(".py") or (name and not Path(path).exists()):
        built = load_built(path if not name else f"{program}.py", name or None)
        text = to_yaml(built.document())
        tree, problems = read_tree(SourceText(f"{path}.melody.yaml", text))
        if tree is None or problems:
            raise DiagnosticsError(problems)
        beside = tuple(file_of(one) for one in built.called if one is not built)
        return ConvertedFile(text if language == "yaml" else to_json(tree, MELODY), beside)
    source, problems = text_of_file(path, most=most_bytes(path), melody=True)
    if source is None:
        raise DiagnosticsError(problems)
    if is_ir(source):
        raise DiagnosticsError(_ir_file(path))
    is_json = path.endswith(".json")
    if is_json == (language == "json"):
        result = format_text(source, _shape(path))
    else:
        result = converted(source, _shape(path), language)
        comments = () if result.text is None or is_json else comments_of(source)
        if comments and not without_comments:
            count = f"{len(comments)} comment" + ("s" if len(comments) > 1 else "")
            raise DiagnosticsError(
                [
                    diagnose(
                        "MEL509",
                        f"`{path}` has {count}, and JSON has no place for them",
                        None,
                        help="pass `--without-comments` to leave them out",
                    )
                ]
            )
    if result.text is None:
        raise DiagnosticsError(_problems(path, result))
    return ConvertedFile(result.text)


def write_text(path: str, text: str) -> None:
    """Write a file as a whole: whatever happens, the old text or the new one is there.

    Raises:
        DiagnosticsError: MEL507: it cannot be written.
    """
    target = Path(path).resolve()  # a link stays a link
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, fresh = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(text.encode("utf-8"))
            if target.exists():
                shutil.copymode(target, fresh)
            else:
                Path(fresh).chmod(0o644)
            Path(fresh).replace(target)
        except BaseException:
            with suppress(OSError):
                Path(fresh).unlink()
            raise
    except OSError as error:
        message = f"`{path}` cannot be written: {error.strerror}"
        raise DiagnosticsError([diagnose("MEL507", message, None)]) from error


def _formatted(file: str) -> FormattedFile:
    source, problems = text_of_file(file, most=most_bytes(file), melody=True)
    if source is None:
        return FormattedFile(file, None, problems=problems)
    if is_ir(source):
        return FormattedFile(file, None, problems=_ir_file(file))
    result = format_text(source, _shape(file))
    if result.text is None:
        return FormattedFile(file, None, problems=_problems(file, result), source=source.text)
    return FormattedFile(file, result.text, is_changed=result.text != source.text)


def _ir_file(file: str) -> tuple[Diagnostic, ...]:
    fact = f"`{file}` is a compiled Melody, written by a machine for machines"
    cure = "format the Melody that it was compiled from, and compile it again"
    return (diagnose("MEL509", fact, None, help=cure),)


def _problems(file: str, result: Formatted) -> tuple[Diagnostic, ...]:
    if result.refusal is None:
        return result.problems
    fact = f"`{file}` is left as it is: {result.refusal}"
    return (diagnose("MEL509", fact, None),)


def _left(file: str, message: str, help_: str) -> FormattedFile:
    return FormattedFile(file, None, problems=(diagnose("MEL509", message, None, help=help_),))


def _shape(file: str) -> Shape:
    if is_of_a_pack(file):
        return PACK
    return PROJECT if is_project_file(Path(file)) else MELODY
