"""Data as a careless person might write it: any indentation, any order, comments everywhere."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from compiler.format.order import Shape, below, noun_of
from compiler.format.scalar_text import scalar


class Scribbler:
    """Writes data as YAML, by a generator of accidents."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._count = 0

    def text(self, data: dict[str, Any], shape: Shape) -> str:
        lines = [*self._above(0), *self._map(data, shape, 0), *self._above(0)]
        return "\n".join(lines) + "\n" * self._random.choice([1, 1, 3])

    def _map(self, data: dict[str, Any], shape: Shape | None, indent: int) -> Iterator[str]:
        noun = noun_of(shape, data)
        keys = list(data)
        if noun is not None:
            self._random.shuffle(keys)
        for key in keys:
            yield from self._above(indent)
            head = " " * indent + scalar(key, in_flow=True) + self._pick("", "", " ") + ":"
            yield from self._value(head, data[key], below(shape, noun, key), indent)

    def _list(self, data: list[Any], shape: Shape | None, indent: int) -> Iterator[str]:
        for number, item in enumerate(data):
            yield from self._above(indent)
            yield from self._value(
                " " * indent + "-", item, below(shape, None, number), indent, is_item=True
            )

    def _value(
        self, head: str, item: Any, shape: Shape | None, indent: int, *, is_item: bool = False
    ) -> Iterator[str]:
        inner = indent + self._random.choice([1, 2, 4] if not is_item else [2, 3, 4])
        if isinstance(item, dict | list) and item and self._random.random() < 0.7:
            if isinstance(item, list) and not is_item and self._random.random() < 0.3:
                inner = indent
            if isinstance(item, dict):
                lines = list(self._map(item, shape, inner))
            else:
                lines = list(self._list(item, shape, inner))
            compact = is_item and lines[0].strip() and not lines[0].lstrip().startswith("#")
            if compact and self._random.random() < 0.7:
                yield head + " " * (inner - indent - 1) + lines[0].lstrip()
                yield from lines[1:]
            else:
                yield head + self._behind()
                yield from lines
        elif isinstance(item, str) and "\n" in item and self._is_block(item):
            yield head + " |" + ("" if item.endswith("\n") else "-") + self._behind()
            body = item.removesuffix("\n").split("\n")
            yield from (" " * inner + line if line else "" for line in body)
        elif self._random.random() < 0.15:
            yield head + self._behind()
            yield from self._above(inner)
            yield " " * max(inner, indent + 1) + self._flow(item) + self._behind()
        else:
            yield head + self._pick(" ", " ", "   ") + self._flow(item) + self._behind()

    def _flow(self, item: Any) -> str:
        gap = self._pick("", "", " ")
        if isinstance(item, dict) and item:
            parts = [
                f"{scalar(key, in_flow=True)}: {self._flow(value)}" for key, value in item.items()
            ]
            return "{" + gap + f",{self._pick(' ', '  ')}".join(parts) + gap + "}"
        if isinstance(item, list) and item:
            return "[" + gap + ", ".join(map(self._flow, item)) + gap + "]"
        if isinstance(item, dict | list):
            return "{}" if isinstance(item, dict) else "[]"
        return scalar(item, in_flow=True)

    def _above(self, indent: int) -> Iterator[str]:
        while self._random.random() < 0.25:
            yield self._pick(
                "", "", "   ", " " * self._random.choice([indent, indent + 3, 0]) + self._comment()
            )

    def _behind(self) -> str:
        return self._pick("", "", "", "  ") + (
            f"{self._pick(' ', '  ', '      ')}{self._comment()}"
            if self._random.random() < 0.2
            else ""
        )

    def _comment(self) -> str:
        self._count += 1
        return f"# {self._count}: {self._pick('a: b', '- x', '# twice', '{', 'ü')}"

    def _pick(self, *options: str) -> str:
        return self._random.choice(options)

    @staticmethod
    def _is_block(text: str) -> bool:
        lines = text.removesuffix("\n").split("\n")
        return (
            bool(lines[0])
            and bool(lines[-1])
            and text.isprintable() is False
            and not any(line != line.strip() or not line.isprintable() for line in lines)
        )
