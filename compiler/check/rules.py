"""The rules, in order."""

from __future__ import annotations

from itertools import islice

from compiler.check.constant_condition import constant_condition
from compiler.check.cycle import cycle
from compiler.check.expression_problem import expression_problem
from compiler.check.fallback_cycle import fallback_cycle
from compiler.check.forbidden_skip import forbidden_skip
from compiler.check.items_not_a_list import items_not_a_list
from compiler.check.loosened_bound import loosened_bound
from compiler.check.modifier_not_run import modifier_not_run
from compiler.check.output_mismatch import output_mismatch
from compiler.check.player_not_allowed import player_not_allowed
from compiler.check.shadowed_name import shadowed_name
from compiler.check.subject import Rule, Subject
from compiler.check.unknown_model import unknown_model
from compiler.check.unknown_need import unknown_need
from compiler.check.unknown_player import unknown_player
from compiler.check.unreachable_arm import unreachable_arm
from compiler.check.unused_name import unused_name
from workflow_ir.diagnostics import Diagnostic

RULES: tuple[Rule, ...] = (
    unknown_player,
    unknown_model,
    unknown_need,
    shadowed_name,
    cycle,
    expression_problem,
    constant_condition,
    unreachable_arm,
    items_not_a_list,
    output_mismatch,
    modifier_not_run,
    fallback_cycle,
    forbidden_skip,
    loosened_bound,
    player_not_allowed,
    unused_name,
)
"""Every rule looks at every Melody; the order only settles ties at one place."""


MAX_PROBLEMS = 200
"""Further problems of one rule are not listed."""


def check_melody(subject: Subject) -> list[Diagnostic]:
    """Every problem that the rules know of."""
    return [problem for rule in RULES for problem in islice(rule(subject), MAX_PROBLEMS)]
