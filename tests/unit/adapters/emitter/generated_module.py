"""Generated modules under test: executed, and looked at by the tools of Python's engineers."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tokenize
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from adapters.emitter.schemas import Schemas, Types

RULES = "E,F,I,UP,B"


class Checks:
    """The generated check of one schema."""

    def __init__(self, schema: Any, hint: str = "data") -> None:
        schemas = Schemas("tune")
        name = schemas.named(schema, hint)
        self.text = str(schemas.module())
        self.module = executed(self.text)
        self.schema = getattr(self.module, name.removeprefix("schemas."))

    def violations(self, value: Any) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = self.module.violations(value, self.schema)
        return found

    def complete(self, value: Any) -> Any:
        """As it is, where no field may be left out: nothing is there to fill it in."""
        given = getattr(self.module, "complete", lambda value, schema: value)
        return given(value, self.schema)

    def admit(self, value: Any) -> Any:
        return self.module.admit(value, self.schema)


def executed(text: str, name: str = "schemas") -> ModuleType:
    """A module of a text; nothing of it is left in ``sys.modules``."""
    module = ModuleType(name)
    sys.modules[name] = module
    try:
        exec(compile(text, f"{name}.py", "exec"), vars(module))
    finally:
        del sys.modules[name]
    return module


def schemas_text(schema: Any, hint: str = "data") -> str:
    """``schemas.py`` with one schema, as a check and as a literal."""
    schemas = Schemas("tune")
    schemas.named(schema, hint)
    if isinstance(schema, dict):
        schemas.json(schema, hint)
    return str(schemas.module())


def types_text(schema: Any, hint: str = "data", *, module: str = "typing") -> str:
    """``types.py`` with one type, which an assignment keeps in use."""
    types = Types("tune", typed_dict="typing" if module == "typing" else "typing_extensions")
    types.named(schema, hint)
    text = types.module()
    return "" if text is None else str(text)


def types_body(types: Types) -> str:
    """``types.py`` without the first line and the docstring."""
    return str(types.module()).split('"""\n', 1)[1].strip()


def formatted(folder: Path, texts: Mapping[str, str]) -> dict[str, str]:
    """Write modules into a folder and format them, as whoever generates a project does."""
    for name, text in texts.items():
        file = folder / f"{name}.py"
        file.parent.mkdir(exist_ok=True)
        if file.parent != folder:
            (file.parent / "__init__.py").touch()
        file.write_text(text, "utf-8")
    _run("ruff", "format", "--isolated", "--line-length=100", str(folder))
    return {name: (folder / f"{name}.py").read_text("utf-8") for name in texts}


def faults(folder: Path) -> str:
    """What ruff and mypy say of a folder; lines too long for one literal alone are left."""
    linted = _run(
        "ruff", "check", "--isolated", f"--select={RULES}", "--line-length=100", "--no-cache",
        "--target-version=py311", "--output-format=json", str(folder),
    )  # fmt: skip
    said = [
        f"{one['filename']}:{one['location']['row']}: {one['code']} {one['message']}"
        for one in json.loads(linted)
        if one["code"] != "E501" or not _is_one_literal(one["filename"], one["location"]["row"])
    ]
    typed = _run("mypy", "--strict", "--config-file=", f"--cache-dir={folder}/.mypy", str(folder))
    return "\n".join([*said, *([] if typed.startswith("Success") else [typed])])


def _is_one_literal(file: str, row: int) -> bool:
    """The line would fit if its texts and keys were shorter: nothing else makes it long."""
    line = Path(file).read_text("utf-8").splitlines()[row - 1]
    tokens = tokenize.generate_tokens(io.StringIO(line.strip().lstrip(")]}") + "\n").readline)
    strings: list[int] = []
    # Brackets may be closed on another line.
    with suppress(tokenize.TokenError):
        strings += (
            len(one.string) for one in tokens if one.type == tokenize.STRING or len(one.string) > 60
        )
    return len(line) - sum(strings) <= 100 and len(strings) <= 2


def _run(tool: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", tool, *arguments], capture_output=True, text=True, check=False
    )
    return done.stdout or done.stderr
