"""What a generated project holds beside Python: read back by whoever reads such files."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Callable, Mapping
from itertools import zip_longest
from typing import Any, Final

import yaml

from adapters.crewai.crew.words import apart
from adapters.emitter.project import GeneratedFile
from tests.ejected.hostile.put import TOKEN, Difference, Put
from tests.ejected.hostile.python_files import compare_python

_COMMAND: Final = re.compile(r"^python -m \w+ --inputs (.*)$", re.MULTILINE)
_PYTHON: Final = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILLED_IN: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_\-]*)\}")
"""What CrewAI takes for the name of an input in texts of agents and tasks."""
_WORD: Final = "[A-Za-z0-9_-]+"
_NAMED: Final = re.compile(r"[\w-]*tw[0-9]{5}x[\w-]*", re.ASCII | re.IGNORECASE)
_VARIABLES: Final = re.compile(r"(?:[A-Za-z_][A-Za-z0-9_]*=\n|#[^\n]*\n|\n)*", re.ASCII)


def compare_other(
    harmless: GeneratedFile, hostile: GeneratedFile, put: Put, package: Mapping[str, str]
) -> None:
    """One file of each project that is no Python.

    Args:
        harmless: That of the twin.
        hostile: The same file of the other one, which is not equal to it.
        put: What was put in.
        package: The name of the twin's package, and that of the other one.

    Raises:
        Difference: It says something else.
    """
    _Other(harmless, hostile, put, package).compare()


class _Other:
    def __init__(
        self, harmless: GeneratedFile, file: GeneratedFile, put: Put, package: Mapping[str, str]
    ) -> None:
        self.harmless = harmless
        self.file = file
        self.put = put
        self.package = package

    def compare(self) -> None:
        """By its suffix; what has none we know is text of ours with plain names in it."""
        path = self.file.path
        if path.endswith(".md"):
            self.page()
        elif path.endswith((".yaml", ".toml", ".json")):
            self.data(_READERS[path.rpartition(".")[2]])
        elif path.endswith(".env.example"):
            if not _VARIABLES.fullmatch(self.file.text):
                raise Difference(f"{path}: {self.file.text!r}")
        else:
            raise Difference(f"{path} is said to be the same for all")

    def page(self) -> None:
        """The command and the code give the inputs exactly; all else is ours, and plain names."""
        one, other = str(self.harmless.text), str(self.file.text)
        asked, given = _COMMAND.findall(one), _COMMAND.findall(other)
        if len(asked) != len(given) or not given:
            raise Difference(f"{self.file.path}: {len(given)} commands")
        for a, b in zip(asked, given, strict=True):
            self.value(_shell(a), _shell(b))
        blocks, told = _PYTHON.findall(one), _PYTHON.findall(other)
        if len(blocks) != len(told) or not told:
            raise Difference(f"{self.file.path}: {len(told)} blocks of Python")
        for a, b in zip(blocks, told, strict=True):
            ours, theirs = (GeneratedFile(self.file.path, text) for text in (a, b))
            compare_python(ours, theirs, self.put, self.package)
        for part in (_COMMAND, _PYTHON):
            one, other = part.sub("", one), part.sub("", other)
        pattern = _WORD.join(map(re.escape, _NAMED.split(one)))
        if not re.fullmatch(pattern, other, re.ASCII):
            raise Difference(f"{self.file.path}: {other!r}")

    def data(self, read: Callable[[str], Any]) -> None:
        """The same data, but for the texts."""
        if not self.file.text.isascii():
            raise Difference(f"{self.file.path}: a character that is not ASCII")
        self.value(read(str(self.harmless.text)), read(str(self.file.text)))

    def value(self, one: Any, other: Any) -> None:
        """Part by part, keys in their order."""
        if isinstance(one, str) and isinstance(other, str):
            if not self.is_said(one, other):
                raise Difference(f"{self.file.path}: {one!r} became {other!r}")
        elif isinstance(one, dict) and isinstance(other, dict) and len(one) == len(other):
            for (key, a), (told, b) in zip(one.items(), other.items(), strict=True):
                self.value(key, told)
                self.value(a, b)
        elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
            for a, b in zip(one, other, strict=True):
                self.value(a, b)
        elif one != other or type(one) is not type(other):
            raise Difference(f"{self.file.path}: {one!r} became {other!r}")

    def is_said(self, one: str, other: str) -> bool:
        """As it was put in, or as a name; braces that CrewAI would fill in may stand apart."""
        put = self.put
        filled = [put.texts.get(name, name) for name in _FILLED_IN.findall(one)]
        if "/config/" in self.file.path and filled != _FILLED_IN.findall(other):
            return False
        if put.comes_back(one, other) or other == _told_apart(one, put):
            return True
        return self.mixed(one).fullmatch(other) is not None

    def mixed(self, text: str) -> re.Pattern[str]:
        """What a framework calls a node or a class: plain names, and texts."""

        def either(found: re.Match[str]) -> str:
            known = self.put.texts.get(found[0])
            return _WORD if known is None else f"(?:{re.escape(known)}|{_WORD})"

        if any(found not in self.put.names for found in TOKEN.findall(text)):
            return re.compile(r"(?!)")
        pieces = zip_longest(_NAMED.split(text), map(either, _NAMED.finditer(text)), fillvalue="")
        return re.compile("".join(f"{re.escape(ours)}{theirs}" for ours, theirs in pieces))


def _told_apart(text: str, put: Put) -> str:
    """The words of a crew: expressions stand as they were written, braces as none to be filled."""

    def told(found: re.Match[str]) -> str:
        if found["quoted"] and found["quoted"] in put.written:
            return apart(put.written[found["quoted"]])
        token = found["quoted"] or found["plain"]
        text = put.texts[token]
        return apart(repr(text) if found["quoted"] else text)

    return re.sub(rf"'(?P<quoted>{TOKEN.pattern})'|(?P<plain>{TOKEN.pattern})", told, text)


def _shell(text: str) -> Any:
    (argument,) = shlex.split(text)
    return json.loads(argument)


_READERS: Final[dict[str, Callable[[str], Any]]] = {
    "yaml": yaml.safe_load,
    "toml": tomllib.loads,
    "json": json.loads,
}
