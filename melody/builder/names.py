"""Names that stand for values: ``m.inputs.repo``, ``m.secrets.TOKEN``, ``m.with_.code``."""

from __future__ import annotations

from melody.builder import spelling as spell
from melody.builder.reference import Reference, spelled
from melody.builder.spelling import Spelling


class Names:
    """A family of references; whether there is such a name is said by the check."""

    __slots__ = ("_root",)

    def __init__(self, root: str) -> None:
        self._root = Spelling(root)

    def __getattr__(self, name: str) -> Reference:
        if name.startswith("__"):
            raise AttributeError(name)
        return Reference(spell.member(self._root, name))

    def __getitem__(self, name: str) -> Reference:
        return Reference(spell.subscript(self._root, spelled(name).text))

    def __repr__(self) -> str:
        return f"<names of {self._root.text}>"


def named(name: str) -> Reference:
    """One name that is in scope somewhere: ``item``, ``output``."""
    return Reference(Spelling(name))
