"""The names an expression may use, by where it stands (spec 2, Expressions; spec 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.analysis.performed import nullable
from compiler.analysis.symbols import StepSymbol
from compiler.analysis.uses import TAKES_SECRETS, Use
from compiler.analysis.visible_steps import VisibleSteps
from compiler.parse import syntax
from workflow_ir.expressions.frame import HEALTH
from workflow_ir.types import Boolean, Field, Integer, Json, MapOf, Number, Object, String, Type

if TYPE_CHECKING:
    from compiler.analysis.typing import Typing

SECRETS = MapOf(String())
"""Which names the environment has is not known before the run."""
HOST = Object(
    {
        "memory_free": Field(Integer(0)),
        "cpu_free": Field(Number(0, 1)),
        "disk_free": Field(Integer(0)),
    }
)
"""Readings of the machine: bytes, share, bytes; in ``require`` only (spec 8)."""
IN_A_LOOP = frozenset({"result", "until", "while"})
"""Fields of a loop itself that belong to an iteration."""


def names_at(typing: Typing, use: Use) -> dict[str, Type]:
    """Name to type; the innermost of several meanings."""
    names: dict[str, Type] = {}
    if use.field in TAKES_SECRETS:
        names["secrets"] = SECRETS
    if use.player is not None:
        return {"with": with_of(use.player), **names}
    names["inputs"] = typing.inputs
    if use.step is not None:
        host = use.step.host
        for step in reversed(tuple(host.around())):
            if step.step.for_each is not None and (step is not host or use.in_item):
                names |= _item_names(typing, step)
            if step is not host or use.field in IN_A_LOOP:
                names |= _loop_names(typing, step)
        if use.field in ("gate", "score") or use.step.undoes is not None:
            names["output"] = typing.performance(host)
    if use.field == "require":
        names |= {"host": HOST, HEALTH: Boolean()}
    names["steps"] = Object(VisibleSteps(typing.view, use.scope))
    return names


def with_of(player: syntax.Player) -> Type:
    """What ``with`` is to the templates of a player: its ``input``, if it declares one."""
    return MapOf(Json()) if player.input is None else player.input.type


def waits_for_loop(typing: Typing, use: Use) -> bool:
    """It reads ``previous`` of a loop whose result is not known yet."""
    if use.step is None or all(one.path[0] != "previous" for one in use.expr.expression.references):
        return False
    loops = (step for step in use.step.around() if isinstance(step.step.verb, syntax.Repeat))
    return any(not typing.knows(step) for step in loops)


def _item_names(typing: Typing, step: StepSymbol) -> dict[str, Type]:
    each = step.step.for_each
    assert each is not None
    name = "item" if each.as_ is None else each.as_.value
    return {name: typing.item(step), "index": Integer(0), f"{name}_index": Integer(0)}


def _loop_names(typing: Typing, step: StepSymbol) -> dict[str, Type]:
    """``previous`` is null at first; Json while the loop's own result is being found."""
    verb = step.step.verb
    if not isinstance(verb, syntax.Repeat):
        return {}
    most = None if verb.max is None else verb.max.value + (verb.while_ is not None)
    return {"iteration": Integer(1, most), "previous": nullable(typing.iterated(step))}
