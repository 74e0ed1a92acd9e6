"""What a project allows its Melodies to use on the machine (spec 2 and spec 8, ``allow``)."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from typing import Any

from workflow_ir.nearest import nearest

_PATTERN = re.compile(r"\*|[A-Za-z_][\w*]*(\.[\w*]+)*")


class AllowError(ValueError):
    """An entry that means nothing; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that is not allowed, and what would allow it."""

    kind: str
    """``python`` or ``command``."""
    name: str
    """The module or program."""
    what: str
    """How it is called in a sentence: ``the command 'git'``."""

    @property
    def line(self) -> str:
        """The exact line for the project file."""
        quoted = f'"{self.name}"' if re.search(r"[^\w./-]", self.name) else self.name
        return f"allow: {{{self.kind}: [{quoted}]}}"

    @property
    def option(self) -> str:
        """The option that allows it for one run."""
        return f"--allow {self.kind}:{self.name}"


@dataclass(frozen=True, slots=True)
class Allow:
    """Allowed things by kind. Empty: nothing."""

    python: tuple[str, ...] = ()
    """Dotted patterns of modules: ``samples.*`` is everything inside ``samples``, however deep."""
    command: tuple[str, ...] = ()
    """Program names, compared as written in the command: ``git`` does not allow ``./git``."""
    http: tuple[str, ...] = ()
    mcp: tuple[str, ...] = ()
    plugin: tuple[str, ...] = ()

    @classmethod
    def parse(cls, entry: str) -> Allow:
        """One ``--allow KIND:PATTERN``.

        Raises:
            AllowError: The kind is unknown or the pattern is not one.
        """
        kind, colon, pattern = entry.partition(":")
        kinds = [field.name for field in fields(cls)]
        if not colon or kind not in kinds:
            meant = nearest(kind, kinds)
            hint = f"; did you mean {meant!r}?" if meant else f"; KIND is one of {', '.join(kinds)}"
            message = f"{entry!r} is not KIND:PATTERN, like python:samples.*{hint}"
            raise AllowError(message)
        if not pattern.strip():
            message = f"{entry!r} names nothing after the colon"
            raise AllowError(message)
        if kind in ("python", "plugin") and not _PATTERN.fullmatch(pattern):
            message = f"{pattern!r} is not a dotted module pattern, like samples.*"
            raise AllowError(message)
        return cls(**{kind: (pattern,)})

    def __or__(self, other: Allow) -> Allow:
        """Everything that one of the two allows."""
        merged: dict[str, Any] = {
            field.name: (*getattr(self, field.name), *getattr(other, field.name))
            for field in fields(self)
        }
        return replace(self, **merged)

    def refuse_python(self, target: str) -> Refusal | None:
        """None if the module of ``module:name`` is allowed."""
        module = target.partition(":")[0]
        if any(_covers(pattern, module) for pattern in self.python):
            return None
        return Refusal("python", module, f"the python player {target!r}")

    def refuse_command(self, program: str) -> Refusal | None:
        """None if the program is allowed."""
        if program in self.command:
            return None
        return Refusal("command", program, f"the command {program!r}")


def _covers(pattern: str, module: str) -> bool:
    """Case matters; ``*`` is the only wildcard and crosses dots."""
    wildcard = ".*".join(re.escape(part) for part in pattern.split("*"))
    return re.fullmatch(wildcard, module) is not None
