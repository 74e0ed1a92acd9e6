"""The module ``functions.py`` of a generated project: what expressions call and Python has not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from adapters.emitter.code import Code
from adapters.emitter.environment import environment, render

_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "default": ("_found", "Callable", "Any"),
    "has": ("_found", "Callable", "Any"),
    "coalesce": ("_found", "Callable", "Any"),
    "truth": ("Any",),
    "as_text": ("as_json", "json", "Any"),
    "as_json": ("json", "Any"),
    "from_json": ("json", "Any", "NoReturn"),
    "bullets": ("as_text", "as_json", "json", "Iterable", "Any"),
    "unique": ("Iterable", "Any"),
    "pairs": ("Iterable", "Any"),
    "read_integer": ("re", "Any"),
    "read_number": ("re", "Any"),
    "duration": ("re", "Fraction"),
    "as_float": ("Any",),
    "only_field": ("Any",),
    "untyped": ("Any",),
}
"""Each function with what it calls and imports, all the way down."""

GENERATED_NAMES: Final = frozenset(_NEEDS)
"""The functions that the module can have; `Source.functions` names them."""


def functions_module(header: Code, used: Iterable[str]) -> Code:
    """The text of the module, to be formatted.

    Args:
        header: The first lines, comments.
        used: Of `GENERATED_NAMES` those that the project calls, at least one.

    Raises:
        ValueError: No function is used; then there is no module.
    """
    called = sorted(set(used))
    if not called:
        raise ValueError("a project that calls no function has no module of functions")
    there = {name for each in called for name in (each, *_NEEDS[each])}
    return render(environment(), "functions.py.jinja", header=header, there=there)
