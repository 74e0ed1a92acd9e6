"""Every way in which one place of a Melody is made odd."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]

ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 3, 1.5, "", " ", "zzz", "A b", "30s", "0s", "30", "2GB", "80%", "0%",
    "120%", "all", "fail", "skip", "${{ inputs.n }}", "a:b", "a/b", "string", "list[zzz]",
    "number(..)", 2.0, [], [None], [1], ["a"], [["a"]], [["a"], "b"], [[]], ["${{ inputs.n }}"], {},
    {"zzz": 1}, {"a": "string"}, {"x-a": "string"},
)  # fmt: skip
"""Values of every kind, and texts that mean something somewhere."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """Data that differs from a valid document at one place."""

    path: Path
    what: str
    tree: Any

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.path))}: {self.what}"


def mutations(tree: Any, *, below: str | None, keys: tuple[str, ...]) -> Iterator[Mutation]:
    """Each place replaced by each odd value and left out, and each map with a key more.

    Args:
        tree: The document.
        below: Only places under this key; None: all.
        keys: What is added to maps, with an odd value.
    """
    for path, value in _places(tree, ()):
        if below is not None and path[:1] != (below,):
            continue
        for odd in ODD:
            if odd != value:
                yield Mutation(path, json.dumps(odd), _with(tree, path, odd))
        if path:
            yield Mutation(path, "left out", _with(tree, path, _ABSENT))
        if isinstance(value, dict):
            for key in keys:
                if key not in value:
                    more = {**value, key: "string"}
                    yield Mutation(path, f"with {key}", _with(tree, path, more))


_ABSENT = object()


def _places(tree: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    yield path, tree
    inside = tree.items() if isinstance(tree, dict) else ()
    for step, value in enumerate(tree) if isinstance(tree, list) else inside:
        yield from _places(value, (*path, step))


def _with(tree: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    step, rest = path[0], path[1:]
    inner = _with(tree[step], rest, value) if rest else value
    if isinstance(tree, dict):
        return {
            key: inner if key == step else old
            for key, old in tree.items()
            if key != step or inner is not _ABSENT
        }
    items = list(tree)
    items[int(step) : int(step) + 1] = [] if inner is _ABSENT else [inner]
    return items
