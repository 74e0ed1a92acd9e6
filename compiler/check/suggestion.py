"""What is offered for a name that nobody knows: the nearest one, or those there are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from workflow_ir.diagnostics import Edit, Fix
from workflow_ir.nearest import nearest
from workflow_ir.span import Span

MOST_LISTED = 8


class Offer(TypedDict):
    """Parts of a diagnostic."""

    label: str | None
    help: str | None
    fix: Fix | None


def offer(name: str, known: Iterable[str], span: Span, *, what: str, otherwise: str) -> Offer:
    """What goes with an unknown name.

    Args:
        name: The name as written.
        known: Those that would have been right, in the order to list them.
        span: The place of the whole name, quotes included.
        what: What they are, in the plural: ``players``.
        otherwise: The help where there are none at all.
    """
    known = tuple(known)
    guess = nearest(name, known)
    if guess is not None:
        return Offer(label=did_you_mean(guess), help=None, fix=rewrite(span, guess))
    return Offer(label=None, help=listed(known, what=what) or otherwise, fix=None)


def did_you_mean(guess: str) -> str:
    """The text beside the carets."""
    return f"did you mean `{guess}`?"


def rewrite(span: Span, text: str) -> Fix:
    """Write something else in place of a span."""
    return Fix(f"write `{text}`", (Edit(span, text),))


def listed(names: Iterable[str], *, what: str) -> str | None:
    """The first names, and how many there are.

    >>> listed(["a", "b"], what="steps")
    'steps: `a`, `b`'
    """
    names = tuple(names)
    shown = ", ".join(f"`{name}`" for name in names[:MOST_LISTED])
    more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
    return f"{what}: {shown}{more}" if names else None
