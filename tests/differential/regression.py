"""Counter-examples as files: a Melody with its script, replayed for ever after."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from melody.testing.conformance.case import Case, Expected

FOLDER = Path(__file__).parent / "regressions"
_ALLOW = {"python": ("band",), "command": ("tool",)}


class _Literal(str):
    """Text that is written as a block."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    pass


_Dumper.add_representer(
    _Literal, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|")
)


def written(case: Case, found: str) -> str:
    """The text of a file that `read` reads."""
    tree: dict[str, Any] = {"found": found, "melody": _Literal(case.melody)}
    if case.files:
        tree["files"] = {name: _Literal(text) for name, text in case.files.items()}
    tree["script"] = _plain(case.script)
    return yaml.dump(tree, Dumper=_Dumper, sort_keys=False, width=100)


def read(path: Path) -> Case:
    """One file of the folder."""
    tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Case(
        name=path.stem,
        about=tree["found"],
        melody=tree["melody"],
        expected=Expected("", {}),
        script=tree["script"],
        files=tree.get("files", {}),
        allow=_ALLOW,
    )


def regressions() -> list[Path]:
    """Every file of the folder."""
    return sorted(FOLDER.glob("*.yaml"))


def _plain(tree: Any) -> Any:
    """Without shared parts, which YAML would write as anchors."""
    if isinstance(tree, Mapping):
        return {key: _plain(one) for key, one in tree.items()}
    return [_plain(one) for one in tree] if isinstance(tree, list) else tree
