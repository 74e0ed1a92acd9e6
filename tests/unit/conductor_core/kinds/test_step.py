"""Every verb of the IR has a handler, and pure data keep their schema."""

from __future__ import annotations

from typing import get_args

from conductor_core.kinds.step import VERBS
from tests.unit.conductor_core.melodies import guarded, melody, set_, step
from tests.unit.conductor_core.stand import Stand
from workflow_ir.steps import Verb


def test_every_verb_of_the_ir_has_a_handler() -> None:
    assert set(VERBS) == set(get_args(Verb))


def test_absent_optional_fields_of_pure_data_are_filled_in() -> None:
    schema = {
        "type": "object",
        "properties": {"n": {"type": ["integer", "null"]}, "m": {"default": 3}},
    }
    result = Stand().run(melody(step("a", guarded(set_("{}"), output=schema)), a="steps.a.output"))
    assert result.outputs == {"a": {"n": None, "m": 3}}
