"""A noun: a map with known keys, what each of them means, and the rules between them.

Which keys there are, and in which order, is the reader's to say (``compiler.parse``); here they get
words. The rules are written so that the YAML language server shows a sentence at the key that is
wrong: it knows ``errorMessage`` beside ``type``, ``pattern`` and ``properties``, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from workflow_ir.types.model import NO_DEFAULT, JsonValue, Undefined

Schema = dict[str, Any]
"""A JSON Schema of draft 7."""

IGNORED = "^x-"
"""Keys of your own, which Melody leaves alone."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a noun."""

    value: Schema
    """The shape of its value."""
    says: str
    """What it means, for a person who has never seen it; code stands in backticks."""
    examples: tuple[JsonValue, ...] = ()
    """Values that may stand there; none where ``value`` lists the words."""
    default: JsonValue | Undefined = NO_DEFAULT
    """What holds where the key is not written; `NO_DEFAULT`: nothing, or it depends."""

    def schema(self) -> Schema:
        """The key's schema.

        Beside a ``$ref`` validators see the ``$ref`` alone, and editors the words too.
        """
        found = {**self.value, **described(self.says)}
        if not isinstance(self.default, Undefined):
            found["default"] = self.default
        if self.examples:
            found["examples"] = list(self.examples)
        return found


@dataclass(frozen=True, slots=True)
class Noun:
    """A map with known keys."""

    name: str
    """Its name among the definitions."""
    says: str
    order: Collection[str]
    """The reader's keys of it; the order in which an editor offers them."""
    keys: Mapping[str, Key]
    """The same keys with their words."""
    required: tuple[str, ...] = ()
    rules: tuple[Schema, ...] = field(default=())
    """What holds between keys."""
    examples: tuple[JsonValue, ...] = ()
    snippets: tuple[Schema, ...] = ()
    """What an editor offers to write, in the language server's form."""

    def schema(self) -> Schema:
        """The noun as a definition."""
        found: Schema = {**described(self.says), "type": "object"}
        if self.required:
            found["required"] = list(self.required)
        found["properties"] = {name: self.keys[name].schema() for name in self.order}
        found["patternProperties"] = {IGNORED: {"description": "Yours: Melody leaves it alone."}}
        found["additionalProperties"] = False
        if self.rules:
            found["allOf"] = list(self.rules)
        if self.examples:
            found["examples"] = list(self.examples)
        if self.snippets:
            found["defaultSnippets"] = list(self.snippets)
        return found


def described(says: str) -> Schema:
    """A description, and the same for editors that would show its backticks."""
    return {"description": says, "markdownDescription": says} if "`" in says else {
        "description": says
    }  # fmt: skip


def ref(name: str) -> Schema:
    """The definition of this name."""
    return {"$ref": f"#/definitions/{name}"}


def having(keys: Iterable[str]) -> Schema:
    """A map that has one of these keys, or more."""
    wanted: list[Schema] = [{"required": [key]} for key in keys]
    return wanted[0] if len(wanted) == 1 else {"anyOf": wanted}


def refused(message: str) -> Schema:
    """What no map meets, with the sentence that is shown."""
    return {"type": "null", "errorMessage": message}


def exactly_one(
    keys: Collection[str],
    what: str,
    *,
    known: Collection[str] = (),
    together: Collection[tuple[str, str]] = (),
) -> tuple[Schema, ...]:
    """Exactly one of these keys; several are shown at the later ones.

    Args:
        keys: The choice.
        what: What each of them is, with its article: ``a verb``.
        known: Every key of the map. Beside an unknown one, none of the choice is not shown.
        together: Pairs that may stand side by side.
    """
    listed = ", ".join(f"`{key}`" for key in keys)
    none: Schema = {"not": having(keys)}
    if known:  # else the misspelt one is the mistake
        none["propertyNames"] = {"anyOf": [{"enum": list(known)}, {"pattern": IGNORED}]}
    lacking: Schema = {"if": none, "then": refused(f"Add {what}: {listed}.")}
    return (lacking, *at_most_one(tuple(keys), what, together))


def at_most_one(
    keys: tuple[str, ...], what: str, together: Collection[tuple[str, str]] = ()
) -> tuple[Schema, ...]:
    """No two of these keys, but for the pairs that may stand ``together``."""
    return tuple(_each_alone(keys, what, together))


def _each_alone(
    keys: tuple[str, ...], what: str, together: Collection[tuple[str, str]]
) -> Iterator[Schema]:
    for index, key in enumerate(keys):
        excluded = [
            other
            for other in keys[index + 1 :]
            if (key, other) not in together and (other, key) not in together
        ]
        if excluded:
            yield {
                "if": {"required": [key]},
                "then": {
                    "properties": dict.fromkeys(excluded, False),
                    "errorMessage": f"There is {what} already: `{key}`. Keep one of them.",
                },
            }


def partners(
    beside: Mapping[str, Iterable[str]],
    choice: Collection[str],
    together: Collection[tuple[str, str]] = (),
) -> tuple[Schema, ...]:
    """Keys that stand only beside others, shown at the key that lacks its partner.

    Args:
        beside: What goes with each partner, as the reader has it.
        choice: Of these one must be there anyway; without any that is the one mistake.
        together: Pairs of the choice that count as the first of them.
    """
    groups: dict[tuple[str, ...], list[str]] = {}
    for key in dict.fromkeys(key for keys in beside.values() for key in keys):
        wanted = tuple(partner for partner, keys in beside.items() if key in keys)
        if key not in choice:
            groups.setdefault(wanted, []).append(key)
    return tuple(_partners(keys, wanted, choice, together) for wanted, keys in groups.items())


def _partners(
    keys: list[str],
    wanted: tuple[str, ...],
    choice: Collection[str],
    together: Collection[tuple[str, str]],
) -> Schema:
    counted: dict[str, Schema] = {
        second: {"required": [second], "not": having([first])} for first, second in together
    }
    shown = " or ".join(f"`{partner}`" for partner in wanted)
    others = [key for key in choice if key not in wanted]
    alone: Schema = {"not": having(wanted)}
    if all(partner in choice for partner in wanted):
        # No `anyOf`: the language server would join the descriptions of its parts on hover.
        alone["oneOf"] = [counted.get(key, {"required": [key]}) for key in others]
    return {
        "if": alone,
        "then": {
            "properties": dict.fromkeys(keys, False),
            "errorMessage": f"This key goes with {shown}.",
        },
    }
