"""``Melody``: a workflow written in Python."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import cast

from compiler.format import in_order, to_yaml
from compiler.parse.melody import LANGUAGE
from melody.builder.book import Book, Written
from melody.builder.modifiers import ForEach
from melody.builder.names import Names, named
from melody.builder.places import Places, span_of_line
from melody.builder.python_source import calling_site
from melody.builder.reference import Reference
from melody.builder.scope import Scope
from melody.builder.values import Fixed, Value, fixed, value
from melody.builder.verbs import Verbs
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import DiagnosticsError, Note
from workflow_ir.types.model import NO_DEFAULT, JsonValue, Undefined


class Melody(Verbs):
    """A workflow. Declarations and steps are added by calls; nothing runs.

    ```
    m = Melody("release_notes", inputs={"repo": "path"})
    m.player("historian", command=["git", "-C", m.with_.repo, "log"])
    m.player("writer", model="offline")
    log = m.play("historian", repo=m.inputs.repo)
    notes = m.play("writer", prompt=f"Summarise {log.output}")
    m.outputs(notes=notes.output)
    ```

    ``melody.compile``, ``melody.check`` and ``melody.run`` take it where they take a file.
    """

    def __init__(
        self,
        name: str,
        *,
        inputs: Mapping[str, Fixed] | None = None,
        models: Mapping[str, Value] | None = None,
        players: Mapping[str, Mapping[str, Value]] | None = None,
        policy: Mapping[str, Value] | None = None,
        process: Mapping[str, Value] | None = None,
        version: str | float | None = None,
        description: str | None = None,
    ) -> None:
        """Begin a Melody.

        Args:
            name: Small letters, digits, ``_`` and ``-``.
            inputs: Types by name: ``{"repo": "path"}``.
            models: Aliases: ``{"smart": "openai/gpt-5"}``.
            players: Players by name: ``{"coder": {"model": "smart"}}``.
            policy: Bounds of the run: ``{"timeout": "5m"}``.
            process: Who decides who performs: ``{"manager": "editor"}``.
            version: Your own version of it.
            description: What it does, in a sentence.

        Raises:
            TypeError: Something is no data, or holds a reference where none can stand.
        """
        self.name = name
        data: dict[str, JsonValue] = {"melody": LANGUAGE, "name": fixed(name)}
        given = {
            "version": fixed(version),
            "description": fixed(description),
            "inputs": fixed(inputs),
            "models": value(models),
            "players": _players(players),
            "policy": value(policy),
            "process": value(process),
        }
        data |= {key: item for key, item in given.items() if item is not None}
        self._data: dict[str, JsonValue] = {**data, "steps": {}}
        self._book = Book()
        self._book.places.add((), calling_site())

    # ── declarations ────────────────────────────────────────────────────────────────────────────

    def input(
        self,
        name: str,
        type_: Fixed,
        /,
        *,
        default: Fixed | Undefined = NO_DEFAULT,
        description: str | None = None,
    ) -> Reference:
        """What a run is given; the same as ``m.inputs.NAME`` afterwards."""
        entry = fixed(type_)
        if not isinstance(default, Undefined) or description is not None:
            entry = {"type": entry}
            if not isinstance(default, Undefined):
                entry["default"] = fixed(default)
            if description is not None:
                entry["description"] = fixed(description)
        self._declare("inputs", name, entry)
        return self.inputs[name] if not name.isidentifier() else getattr(self.inputs, name)

    def model(self, alias: str, model: str | None = None, /, **settings: Value) -> str:
        """An alias: ``m.model("cheap", "openai/gpt-5-mini", temperature=0)``. Gives the alias."""
        entry = value(settings)
        if model is not None:
            entry = {"model": fixed(model), **cast("dict[str, JsonValue]", entry)}
            if not settings:
                entry = fixed(model)
        self._declare("models", alias, entry)
        return alias

    def player(self, name: str, /, **fields: Value) -> str:
        """Who can perform, with one kind: ``m.player("coder", model="smart")``. Gives the name.

        In templates of commands and requests ``m.with_`` is what a step gives it.
        """
        self._declare("players", name, _player(fields))
        return name

    def outputs(self, given: Mapping[str, Value] | None = None, /, **named_: Value) -> None:
        """What a run gives back, by name."""
        before = cast("dict[str, JsonValue]", self._data.setdefault("outputs", {}))
        before |= {key: value(item) for key, item in {**(given or {}), **named_}.items()}
        for key in {**(given or {}), **named_}:
            self._book.places.add(("outputs", key), calling_site(), argument=(key,))

    def for_each(
        self, items: Value, /, *, as_: str | None = None, concurrency: int | None = None
    ) -> ForEach:
        """For the argument of this name: gives names to the item and its index."""
        return ForEach(items, as_, concurrency)

    # ── names ───────────────────────────────────────────────────────────────────────────────────

    @property
    def inputs(self) -> Names:
        """What the run was given: ``m.inputs.repo``."""
        return Names("inputs")

    @property
    def secrets(self) -> Names:
        """Secrets: ``m.secrets.TOKEN``."""
        return Names("secrets")

    @property
    def with_(self) -> Names:
        """What a step gives a player, in the player's templates."""
        return Names("with")

    @property
    def host(self) -> Names:
        """This machine, in ``require`` only: ``m.host.memory_free``."""
        return Names("host")

    @property
    def item(self) -> Reference:
        """The item of a ``for_each`` without a name of its own."""
        return named("item")

    @property
    def index(self) -> Reference:
        """The index of the innermost ``for_each``, from 0."""
        return named("index")

    @property
    def output(self) -> Reference:
        """The step's own output, in its gate and its compensation."""
        return named("output")

    # ── the document ────────────────────────────────────────────────────────────────────────────

    def document(self) -> dict[str, JsonValue]:
        """The Melody as the data of a file, in canonical order."""
        return cast("dict[str, JsonValue]", in_order(copy.deepcopy(self._data)))

    def to_yaml(self) -> str:
        """The Melody as the text of a ``.melody.yaml`` file."""
        return to_yaml(self._data)

    @property
    def called(self) -> tuple[Melody, ...]:
        """The Melodies in Python that its steps call."""
        return tuple(self._book.called.values())

    @property
    def places(self) -> Places:
        """Where the parts of the document stand in the program."""
        return self._book.places

    def __repr__(self) -> str:
        return f"<Melody {self.name}>"

    def _scope(self) -> Scope:
        if self._book.open:
            return self._book.open[-1]
        return Scope(Written(self._book, (), self._data))

    def _declare(self, kind: str, name: str, entry: JsonValue) -> None:
        entries = cast("dict[str, JsonValue]", self._data.setdefault(kind, {}))
        site, places = calling_site(), self._book.places
        if name in entries:
            raise DiagnosticsError(
                [
                    diagnose(
                        "MEL107",
                        f"`{name}` stands in `{kind}` already",
                        span_of_line(site),
                        notes=(Note("the first stands", places.span((kind, name))),),
                        help="rename or delete one of them",
                    )
                ]
            )
        entries[str(fixed(name))] = entry
        places.add((kind, name), site, position=1)


def _players(given: Mapping[str, Mapping[str, Value]] | None) -> JsonValue:
    return None if given is None else {name: _player(item) for name, item in given.items()}


def _player(fields: Mapping[str, Value]) -> JsonValue:
    """Fields that are data stay as they are; templates may hold references."""
    return {
        key: fixed(cast("Fixed", item)) if key in _FIXED else value(item)
        for key, item in fields.items()
    }


_FIXED = frozenset({"python", "framework", "plugin", "call", "model", "description", "input",
                    "output", "fallback", "refresh", "tools", "provides"})  # fmt: skip
