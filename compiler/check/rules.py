"""The rules, in order."""

from __future__ import annotations

from itertools import islice

from compiler.check.after_fail import after_fail
from compiler.check.argument_mismatch import argument_mismatch
from compiler.check.bad_error_code import bad_error_code
from compiler.check.bad_form import bad_form
from compiler.check.constant_condition import constant_condition
from compiler.check.cycle import cycle
from compiler.check.disabled_player import disabled_player
from compiler.check.expression_problem import expression_problem
from compiler.check.fallback_cycle import fallback_cycle
from compiler.check.field_type import field_type
from compiler.check.forbidden_skip import forbidden_skip
from compiler.check.items_not_a_list import items_not_a_list
from compiler.check.loosened_bound import loosened_bound
from compiler.check.missing_argument import missing_argument
from compiler.check.modifier_out_of_place import modifier_out_of_place
from compiler.check.output_mismatch import output_mismatch
from compiler.check.player_not_allowed import player_not_allowed
from compiler.check.reconstruct_source import reconstruct_source
from compiler.check.secret_for_a_model import secret_for_a_model
from compiler.check.secret_out_of_place import secret_out_of_place
from compiler.check.shadowed_name import shadowed_name
from compiler.check.subject import Rule, Subject
from compiler.check.unknown_argument import unknown_argument
from compiler.check.unknown_capability import unknown_capability
from compiler.check.unknown_model import unknown_model
from compiler.check.unknown_need import unknown_need
from compiler.check.unknown_player import unknown_player
from compiler.check.unknown_window import unknown_window
from compiler.check.unreachable_arm import unreachable_arm
from compiler.check.unreachable_threshold import unreachable_threshold
from compiler.check.unused_name import unused_name
from compiler.check.unwrapped_reference import unwrapped_reference
from compiler.check.without_effect import without_effect
from compiler.check.wrong_preference import wrong_preference
from workflow_ir.diagnostics import Diagnostic

RULES: tuple[Rule, ...] = (
    unknown_player,
    unknown_capability,
    disabled_player,
    wrong_preference,
    unknown_model,
    unknown_need,
    unknown_window,
    shadowed_name,
    cycle,
    expression_problem,
    secret_out_of_place,
    secret_for_a_model,
    constant_condition,
    unreachable_arm,
    after_fail,
    items_not_a_list,
    unreachable_threshold,
    unknown_argument,
    missing_argument,
    argument_mismatch,
    output_mismatch,
    field_type,
    modifier_out_of_place,
    bad_form,
    bad_error_code,
    reconstruct_source,
    fallback_cycle,
    forbidden_skip,
    loosened_bound,
    player_not_allowed,
    without_effect,
    unwrapped_reference,
    unused_name,
)
"""Every rule looks at every Melody; the order only settles ties at one place."""


MAX_PROBLEMS = 200
"""Further problems of one rule are not listed."""


def check_melody(subject: Subject) -> list[Diagnostic]:
    """Every problem that the rules know of."""
    return [problem for rule in RULES for problem in islice(rule(subject), MAX_PROBLEMS)]
