"""``--replay FILE`` and ``replay/FILE``: answers from the calls that a cassette holds (spec 6)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from conductor_core.failure.shown import shown
from conductor_core.masks import Masks
from conductor_core.models.port import NO_PARAMETERS, Message, Reply, ToolSpec
from conductor_core.models.tape import HEAD, CassetteError, answer_read, plain, request_of
from conductor_core.ports import Grant
from workflow_ir.outcome import StandardError
from workflow_ir.players import Schema


@dataclass(slots=True)
class _Call:
    """A line: what was asked and what came."""

    model: str
    request: dict[str, Any]
    answer: dict[str, Any]
    given: bool = False


@dataclass(slots=True)
class Cassette:
    """The calls of a file; each is given once, equal ones in their order."""

    name: str
    """For messages."""
    calls: list[_Call] = field(default_factory=list)

    @classmethod
    def of_file(cls, path: Path) -> Cassette:
        """Read a cassette.

        Raises:
            CassetteError: It cannot be read, or is none.
        """
        try:
            lines = path.read_bytes().split(b"\n")
        except OSError as error:
            raise CassetteError(f"cannot read {path}: {error.strerror}") from error
        lines.pop()  # empty after the last newline, else the torn line
        trees = [_line(line, path, number) for number, line in enumerate(lines, start=1)]
        if not trees or trees[0] != HEAD:
            raise CassetteError(f"{path} is no cassette")
        return cls(str(path), [_call(tree, path, n) for n, tree in enumerate(trees[1:], start=2)])

    def take(self, model: str | None, request: dict[str, Any]) -> Reply | StandardError:
        """The next answer to a request; None: of whichever model."""
        request = plain(request, Masks({}))
        spent = False
        for call in self.calls:
            if call.request == request and model in (None, call.model):
                if not call.given:
                    call.given = True
                    return answer_read(call.answer, call.model)
                spent = True
        return self._miss(request, spent=spent)

    def _miss(self, request: dict[str, Any], *, spent: bool) -> StandardError:
        asked = _prompt(request)
        if spent:
            fact = f"was asked more often than recorded: {asked!r}"
        elif not self.calls:
            fact = f"is empty; asked was {asked!r}"
        else:
            near = max(self.calls, key=lambda call: _likeness(request, call.request))
            same = _prompt(near.request) == asked
            what = f"; {_difference(request, near.request)}" if same else ""
            fact = (
                f"has no answer to {asked!r}; the nearest prompt is {_prompt(near.request)!r}{what}"
            )
        return StandardError.of(
            "config.missing", f"cassette {self.name} {fact}; record it anew", origin="model"
        )


@dataclass(frozen=True, slots=True)
class Replayed:
    """Answers from a cassette; nothing is asked."""

    cassette: Cassette
    model: str | None
    """Whose calls are looked at. None: all."""

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[ToolSpec] = (),
        json_schema: Schema | None = None,
        parameters: Mapping[str, Any] = NO_PARAMETERS,
        grant: Grant | None = None,
    ) -> Reply | StandardError:
        """What was recorded; ``config.missing`` with the nearest prompt where nothing was."""
        del grant
        return self.cassette.take(self.model, request_of(messages, tools, json_schema, parameters))


def _line(line: bytes, path: Path, number: int) -> dict[str, Any]:
    try:
        tree = json.loads(line)
    except (ValueError, RecursionError):
        tree = None
    if not isinstance(tree, dict):
        raise CassetteError(f"{path} is no cassette: line {number} is no JSON object")
    return tree


def _call(tree: dict[str, Any], path: Path, number: int) -> _Call:
    answer: dict[str, Any] = {}
    for name in ("reply", "error"):
        if name in tree:
            answer[name] = tree.pop(name)
    model = tree.pop("model", None)
    try:
        assert isinstance(model, str)
        answer_read(answer, model)  # whatever cannot be answered later is told now
    except (AssertionError, KeyError, TypeError, ValueError, AttributeError):
        raise CassetteError(f"{path}: line {number} is no call of a model") from None
    return _Call(model, tree, answer)


def _prompt(request: Mapping[str, Any]) -> str:
    """What was asked last, short."""
    messages = request.get("messages") or [{}]
    said = [m.get("content", "") for m in messages if m.get("role") in ("user", "tool")]
    return shown(str((said or [messages[-1].get("content", "")])[-1]))[:160]


def _likeness(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[float, float]:
    """Of the prompts, and of the whole chats where these are alike."""
    chats = (json.dumps(each.get("messages"))[-4000:] for each in (one, other))
    return _ratio(_prompt(one), _prompt(other)), _ratio(*chats)


def _ratio(one: str, other: str) -> float:
    return float(SequenceMatcher(None, one, other).ratio())


def _difference(one: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """In what two requests with one prompt differ."""
    names = {"messages": "earlier messages", "json_schema": "output schema"}
    differ = [
        names.get(key, key)
        for key in ("messages", "tools", "json_schema", "parameters")
        if one.get(key) != other.get(key)
    ]
    return f"its {' and '.join(differ)} differ" if differ else "it is of another model"
