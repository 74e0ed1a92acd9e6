"""Reading a script: JSON data in, a ``Script`` or all of its problems out."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import Any, Literal, cast, get_args

from conductor_core.players.script import (
    OF_MODELS,
    Acts,
    Behaviour,
    BehaviourKind,
    Case,
    Cases,
    Script,
    ScriptError,
    ScriptProblem,
)
from workflow_ir.expressions.errors import EvaluationError, ExpressionError
from workflow_ir.expressions.evaluate import compile
from workflow_ir.expressions.parse import parse
from workflow_ir.nearest import nearest
from workflow_ir.taxonomy import ALIASES, TAXONOMY, Effects, facts

Path = tuple[str | int, ...]

_TOP = ("clock", "seed", "players", "steps", "models", "default", "health", "host")
_HOST = ("memory_free", "cpu_free", "disk_free")
_OF_PLAYERS: tuple[BehaviourKind, ...] = tuple(
    kind for kind in get_args(BehaviourKind) if kind != "tool_calls"
)
_BESIDE = ("sleep", "retry_after", "message", "effects", "cost")
_CLASS_AND_TEXT = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*(:.*)?", re.DOTALL)
_EXAMPLE = "like {return: {…}}, {error: rate_limited} or {hang: 10m}"


_DURATION = compile(parse("duration(text)"))


class ScriptReader:
    """Collects problems while it reads, so that all of them are told at once."""

    def __init__(self) -> None:
        self._problems: list[ScriptProblem] = []

    def read(self, tree: object) -> Script:
        """The script.

        Raises:
            ScriptError: With every problem found.
        """
        script = self._script(tree)
        if self._problems:
            raise ScriptError(tuple(self._problems))
        return script

    def _script(self, tree: object) -> Script:
        top = self._mapping(tree, (), "a script is a map with `players`, `steps` or `default`")
        self._known_keys(top, _TOP, ())
        seed = top.get("seed")
        if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int | str)):
            self._note("a seed is an integer or a string", ("seed",))
            seed = None
        clock = top.get("clock", "virtual")
        if clock not in ("virtual", "real"):
            self._note(f"{clock!r} is not a clock; it is `virtual` or `real`", ("clock",))
        return Script(
            clock=cast("Literal['virtual', 'real']", clock),
            seed=seed,
            players=self._entries(top, "players"),
            steps=self._entries(top, "steps"),
            models=self._entries(top, "models"),
            default=self._acts(top["default"], ("default",)) if "default" in top else None,
            health=self._readings(top, "health", _is_boolean, "true or false"),
            host=self._readings(top, "host", _amount, "a number of at least 0", _HOST),
        )

    def _readings(
        self,
        top: Mapping[str, Any],
        key: str,
        right: Callable[[object], bool],
        wanted: str,
        known: Collection[str] | None = None,
    ) -> dict[str, tuple[Any, ...]]:
        """Readings by name: one value, or a list that is consumed reading by reading."""
        tree = top.get(key)
        if tree is None:
            return {}
        named = self._mapping(tree, (key,), f"`{key}` is a map from names to readings")
        if known is not None:
            self._known_keys(named, known, (key,))
        told = {}
        for name, entry in named.items():
            values = entry if isinstance(entry, list) and entry else [entry]
            if all(map(right, values)):
                told[name] = tuple(values)
            else:
                self._note(f"a reading here is {wanted}, or a list of them", (key, name))
        return told

    def _entries(self, top: Mapping[str, Any], key: str) -> dict[str, Acts]:
        tree = top.get(key)
        if tree is None:
            return {}
        named = self._mapping(tree, (key,), f"`{key}` is a map from names to behaviours")
        return {name: self._acts(entry, (key, name)) for name, entry in named.items()}

    def _acts(self, tree: object, path: Path) -> Acts:
        items = tree if isinstance(tree, list) else [tree]
        if not items:
            self._note(f"an empty list says nothing; write a behaviour {_EXAMPLE}", path)
        listed = isinstance(tree, list)
        return Acts(
            tuple(self._act(item, (*path, n) if listed else path) for n, item in enumerate(items))
        )

    def _act(self, tree: object, path: Path) -> Behaviour | Cases:
        entry = self._mapping(tree, path, f"a behaviour is a map, {_EXAMPLE}")
        if "cases" not in entry:
            return self._behaviour(entry, path)
        self._known_keys(entry, ("cases",), path)
        cases = entry["cases"]
        if not isinstance(cases, list) or not cases:
            self._note("`cases` is a list of cases", (*path, "cases"))
            return Cases(())
        return Cases(tuple(self._case(c, (*path, "cases", n)) for n, c in enumerate(cases)))

    def _case(self, tree: object, path: Path) -> Case:
        entry = self._mapping(tree, path, "a case is a map with `when` and a behaviour")
        rest = {key: value for key, value in entry.items() if key != "when"}
        source = entry.get("when")
        if "then" in rest:
            self._known_keys(entry, ("when", "then"), path)
            then = self._acts(rest["then"], (*path, "then"))
        else:
            then = Acts((self._behaviour(rest, path),))
        if source is None:
            return Case(None, "", then)
        return Case(self._condition(source, (*path, "when")), str(source), then)

    def _condition(self, source: object, path: Path) -> Callable[[Mapping[str, Any]], Any] | None:
        if isinstance(source, bool):
            source = "true" if source else "false"
        if not isinstance(source, str):
            self._note("`when` is an expression over `input`", path)
            return None
        try:
            expression = parse(source)
        except ExpressionError as error:
            self._note(str(error), path, error.help)
            return None
        for reference in expression.references:
            if reference.path and reference.path[0] != "input":
                self._note(f"{reference.path[0]!r} is unknown here; a case knows `input`", path)
        return compile(expression)

    def _behaviour(self, entry: Mapping[str, Any], path: Path) -> Behaviour:
        known = OF_MODELS if path[0] == "models" else _OF_PLAYERS
        self._known_keys(entry, (*known, *_BESIDE), path, extra=("cases", "then"))
        kinds = [kind for kind in known if kind in entry]
        if len(kinds) > 1:
            self._note(f"`{kinds[0]}` and `{kinds[1]}` exclude each other", (*path, kinds[1]))
        if not kinds and "sleep" not in entry and not set(entry).difference(_BESIDE):
            self._note(f"no behaviour is named; write one {_EXAMPLE}", path)
        kind: BehaviourKind = kinds[0] if kinds else "return"
        usd, tokens = self._cost(entry.get("cost"), (*path, "cost"))
        return Behaviour(
            kind=kind,
            value=self._value(kind, entry[kind], (*path, kind)) if kinds else {},
            sleep_s=self._seconds(entry, "sleep", path) or 0.0,
            retry_after_s=self._seconds(entry, "retry_after", path),
            message=self._text(entry.get("message", ""), (*path, "message")),
            effects=self._effects(entry.get("effects"), (*path, "effects")),
            usd=usd,
            tokens=tokens,
        )

    def _value(self, kind: BehaviourKind, value: Any, path: Path) -> Any:
        match kind:
            case "error":
                return self._code(value, path)
            case "hang":
                return self._duration(value, path) or 0.0
            case "raise" if not isinstance(value, str) or not _CLASS_AND_TEXT.fullmatch(value):
                self._note('`raise` names an exception: "module.Class: text"', path)
            case "return_text" if not isinstance(value, str):
                self._note("`return_text` is text", path)
            case "exit" if isinstance(value, bool) or not isinstance(value, int):
                self._note("`exit` is an exit code, an integer", path)
            case "tool_calls" if not _are_tool_calls(value):
                self._note("`tool_calls` is a list of {name: …, arguments: {…}}", path)
                return []
            case "echo" if value is not True:
                self._note("`echo` is true or not written", path)
        return value

    def _code(self, code: object, path: Path) -> str:
        if isinstance(code, str) and facts(code) is not None:
            return code
        known = (*TAXONOMY, *ALIASES)
        meant = nearest(str(code), known)
        hint = f"did you mean {meant!r}?" if meant else None
        self._note(f"{code!r} is no error code", path, hint)
        return "player.bug"

    def _effects(self, word: object, path: Path) -> str | None:
        words = [effects.value for effects in Effects]
        if word is not None and word not in words:
            self._note(f"`effects` is one of {', '.join(words)}", path)
            return None
        return word if isinstance(word, str) else None

    def _cost(self, cost: object, path: Path) -> tuple[float, int]:
        if cost is None:
            return 0.0, 0
        entry = self._mapping(cost, path, "`cost` is a map with `usd` and `tokens`")
        self._known_keys(entry, ("usd", "tokens"), path)
        amounts = [entry.get("usd", 0), entry.get("tokens", 0)]
        if not all(_amount(amount) for amount in amounts):
            self._note("a cost is a number of at least 0", path)
            return 0.0, 0
        return float(amounts[0]), int(amounts[1])

    def _seconds(self, entry: Mapping[str, Any], key: str, path: Path) -> float | None:
        return self._duration(entry[key], (*path, key)) if key in entry else None

    def _duration(self, value: object, path: Path) -> float | None:
        if _amount(value):
            return float(cast("float", value))
        if isinstance(value, str):
            with suppress(EvaluationError):
                return float(cast("float", _DURATION({"text": value})))
        self._note(f"{value!r} is not a duration; write 10m, 2s or 200ms", path)
        return None

    def _text(self, value: object, path: Path) -> str:
        if not isinstance(value, str):
            self._note(f"`{path[-1]}` is text", path)
        return str(value)

    def _mapping(self, tree: object, path: Path, wanted: str) -> Mapping[str, Any]:
        if isinstance(tree, Mapping):
            return tree
        self._note(wanted, path)
        return {}

    def _known_keys(
        self,
        entry: Mapping[str, Any],
        known: Collection[str],
        path: Path,
        extra: tuple[str, ...] = (),
    ) -> None:
        for key in entry:
            if key not in known:
                meant = nearest(key, (*known, *extra))
                hint = f"did you mean `{meant}`?" if meant else f"known here: {', '.join(known)}"
                self._note(f"`{key}` is unknown here", (*path, key), hint)

    def _note(self, message: str, path: Path, help_: str | None = None) -> None:
        self._problems.append(ScriptProblem(message, path, help_))


def _is_boolean(value: object) -> bool:
    return isinstance(value, bool)


def _are_tool_calls(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(
            isinstance(call, Mapping)
            and isinstance(call.get("name"), str)
            and call.keys() <= {"name", "arguments"}
            and isinstance(call.get("arguments", {}), Mapping | str)
            for call in value
        )
    )


def _amount(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and value >= 0
    )
