"""``python`` players: a function of the user's own, or of something that is installed."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any, Final

from adapters.emitter.code import Code, joined, literal
from adapters.emitter.players.asked import Asked, Piece, imported, relative
from workflow_ir.players import PythonPlayer

_GONE: Final = (
    "aifc", "asynchat", "asyncore", "audioop", "cgi", "cgitb", "chunk", "crypt", "distutils",
    "imghdr", "imp", "lib2to3", "mailcap", "msilib", "nis", "nntplib", "ossaudiodev", "pipes",
    "smtpd", "sndhdr", "spwd", "sunau", "telnetlib", "uu", "xdrlib",
)  # fmt: skip
"""Not in every Python that we run on; the text must not depend on which one that is."""
STANDARD: Final = frozenset(
    name for name in sys.stdlib_module_names if not name.startswith("_") and name not in _GONE
)
"""Modules that come with every Python."""


def python(asked: Asked) -> Piece:
    """Call the function with the step's map; in a process of its own where that was written."""
    player = asked.player
    assert isinstance(player, PythonPlayer)
    module, _, dotted = player.target.partition(":")
    bounds = player.limits
    memory = None if bounds is None else bounds.memory_bytes
    cpu = None if bounds is None else bounds.cpu
    apart = player.isolation in ("worker", "process") or memory is not None or cpu is not None
    here = relative(asked, module)
    if apart:
        view = {
            "target": literal(f"{(here or module).removeprefix('.')}:{dotted}"),
            "memory": literal(memory),
            "cpu": literal(cpu),
        }
        return Piece("apart.jinja", view, ("apart",))
    view, sections = imported_or_found(asked, here, module, dotted)
    return Piece("python.jinja", view, ("calls",), sections=sections)


def imported_or_found(
    asked: Asked, here: Code | None, module: str, dotted: str
) -> tuple[dict[str, Any], frozenset[str]]:
    """How the file comes by an object: what its template is told, and which sections it needs."""
    found = None if here is None or here == _ANY.module else imported(asked, here, dotted)
    if here is None or found is None:
        name = found_by_name(module, dotted)
        return {"imports": _ANY.line, "found": name, "own": None, "finds": True}, frozenset(
            {"finds"}
        )
    line, path = found
    if here.startswith("."):
        return {"imports": _ANY.line, "found": path, "own": line, "finds": False}, frozenset()
    imports = _sorted(_Import(here, line))
    return {"imports": imports, "found": path, "own": None, "finds": False}, frozenset()


@dataclass(frozen=True, slots=True)
class _Import:
    module: Code
    line: Code

    @property
    def standard(self) -> bool:
        return self.module.partition(".")[0] in STANDARD


_ANY: Final = _Import(Code("typing"), Code("from typing import Any"))


def _sorted(theirs: _Import) -> Code:
    """The two lines as linters want them: what comes with Python first, by name."""
    if not theirs.standard:
        return joined((_ANY.line, Code(""), theirs.line))
    lines = sorted((theirs, _ANY), key=lambda one: one.module.casefold())
    return joined([one.line for one in lines])


def found_by_name(module: str, dotted: str) -> Code:
    """An object that is looked for when it is needed, for its name is none of source in ASCII."""
    return Code(f"find({literal(f'{module}:{dotted}')})")
