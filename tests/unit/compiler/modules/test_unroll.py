from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from tests.unit.compiler.compiling_aid import step_of
from tests.unit.compiler.modules.calling_aid import (
    LEAF,
    calls,
    compiled,
    ir_of,
    module_of,
    told,
    written,
)
from workflow_ir.capability import Feature
from workflow_ir.features import features_of
from workflow_ir.plan import plan
from workflow_ir.steps import Fail, layers
from workflow_ir.values import LiteralValue

UNROLL = import_module("compiler.modules.unroll")
PLAYER = 'players: {p: {python: "m:f"}}\n'
PLAYS = f"{PLAYER}steps: {{s: {{play: p}}}}\n"


def timeout(ir: object, address: str) -> float | None:
    guard = layers(step_of(ir, address)).guard  # type: ignore[arg-type]
    assert guard is not None
    return guard.policy.timeout_s


def test_modules_lie_side_by_side_under_their_hashes(tmp_path: Path) -> None:
    ir = ir_of(tmp_path, a=calls("b.melody.yaml"), b=calls("c.melody.yaml"), c=LEAF)
    assert len(ir.modules) == 2
    assert all(key == module.hash for key, module in ir.modules.items())
    assert all(module.modules == {} for module in ir.modules.values())
    assert module_of(ir, module_of(ir, ir, "c"), "c").name == "c"


def test_another_sub_melody_is_another_hash_of_all_its_callers(tmp_path: Path) -> None:
    files = {"a": calls("b.melody.yaml"), "b": calls("c.melody.yaml")}
    before = ir_of(tmp_path, **files, c=LEAF)
    after = ir_of(tmp_path, **files, c=LEAF.replace("set: 1", "set: 2"))
    assert before.hash != after.hash
    assert not set(before.modules) & set(after.modules)


def test_labels_comments_and_the_order_of_keys_change_no_hash(tmp_path: Path) -> None:
    one = ir_of(tmp_path / "one", a=calls("b.melody.yaml"), b=LEAF)
    sub = "outputs: {n: '${{ steps.s.output }}'}\nsteps: # a note\n  s: {label: L, set: 1}\n"
    two = ir_of(tmp_path / "two", a="steps:\n  c:\n    call: ./b.melody.yaml\n", b=sub)
    assert one.hash == two.hash


def test_a_recursion_has_as_many_copies_as_it_may_be_deep(tmp_path: Path) -> None:
    ir = ir_of(tmp_path, a=calls("a.melody.yaml", max_depth="3"))
    assert len(ir.modules) == 4
    depth, here = 0, ir
    while any(step.address == "c" for step in here.root.steps):
        depth, here = depth + 1, module_of(ir, here, "c")
    assert depth == 4
    *_, verb = layers(here.root.steps[0])
    assert isinstance(verb, Fail)
    assert verb.error == "config.invalid"
    assert isinstance(verb.message, LiteralValue)
    assert "`max_depth` of 3" in str(verb.message.value)


def test_calls_in_another_circle_have_a_depth_of_their_own(tmp_path: Path) -> None:
    ir = ir_of(
        tmp_path,
        a="steps: {me: {call: a.melody.yaml, max_depth: 2}, b: {call: b.melody.yaml}}\n",
        b=calls("b.melody.yaml", max_depth="2"),
    )
    names = sorted(module.name for module in ir.modules.values())
    assert names == ["a", "a", "a", "b", "b", "b", "b"]


def test_a_circle_is_copied_once_however_deep_another_one_calls_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UNROLL, "MAX_COPIED", 2 * 2 + 3)
    assert ir_of(
        tmp_path,
        a="steps: {me: {call: a.melody.yaml, max_depth: 2}, b: {call: b.melody.yaml}}\n",
        b=calls("b.melody.yaml", max_depth="2"),
    ).modules


def test_scopes_are_counted_on_both_sides_of_a_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = "steps: {g: {steps: {g2: {steps: {x: {set: 1}}}}}}\n"
    inside = "steps: {g: {steps: {g2: {steps: {c: {call: b.melody.yaml}}}}}}\n"
    for name, files in (
        ("callee", {"a": calls("b.melody.yaml"), "b": deep}),
        ("caller", {"a": inside, "b": LEAF}),
        ("between", {"a": calls("m.melody.yaml"), "m": calls("b.melody.yaml"), "b": deep}),
    ):
        levels = 5 if name == "between" else 4
        monkeypatch.setattr(UNROLL, "MAX_LEVELS", levels)
        assert compiled(tmp_path / name, **files).ir is not None, name
        monkeypatch.setattr(UNROLL, "MAX_LEVELS", levels - 1)
        assert [code for code, _, _ in told(compiled(tmp_path / name, **files))] == ["MEL233"]


def test_a_caller_asks_for_all_that_is_asked_for_inside(tmp_path: Path) -> None:
    ir = ir_of(
        tmp_path,
        a=calls("b.melody.yaml"),
        b=calls("c.melody.yaml"),
        c="policy: {budget: {usd: 1}}\nsteps: {s: {set: 1, window: business_hours}}\n",
    )
    found = {(feature, None if step is None else step.address) for feature, step in features_of(ir)}
    assert (Feature.WINDOW, "c") in found
    assert (Feature.BUDGET, "c") in found


def test_a_depth_beside_a_call_that_is_in_no_circle_means_nothing(tmp_path: Path) -> None:
    with_depth = ir_of(tmp_path / "one", a=calls("b.melody.yaml", max_depth="9"), b=LEAF)
    without = ir_of(tmp_path / "two", a=calls("b.melody.yaml"), b=LEAF)
    assert with_depth.hash == without.hash


def test_the_bounds_of_a_caller_tighten_those_of_what_it_calls(tmp_path: Path) -> None:
    ir = ir_of(
        tmp_path,
        a=f"policy: {{timeout: 5s}}\n{calls('b.melody.yaml')}",
        b=f"policy: {{timeout: 9s}}\n{PLAYER}"
        "steps: {s: {play: p}, c: {call: c.melody.yaml}}\n",
        c=f"{PLAYER}steps: {{s: {{play: p}}, t: {{play: p, policy: {{timeout: 2s}}}}}}\n",
    )
    b = module_of(ir, ir, "c")
    c = module_of(ir, b, "c")
    assert timeout(b, "s") == 5
    assert timeout(c, "s") == 5
    assert timeout(c, "t") == 2


def test_a_caller_loosens_nothing(tmp_path: Path) -> None:
    ir = ir_of(
        tmp_path,
        a=f"policy: {{timeout: 9s}}\n{calls('b.melody.yaml')}",
        b=f"policy: {{timeout: 5s}}\n{PLAYS}",
    )
    assert timeout(module_of(ir, ir, "c"), "s") == 5


def test_the_retry_of_a_caller_is_a_habit_of_its_own(tmp_path: Path) -> None:
    ir = ir_of(
        tmp_path,
        a=f"policy: {{retry: {{max_attempts: 7}}, concurrency: 2}}\n{calls('b.melody.yaml')}",
        b=PLAYS,
    )
    module = module_of(ir, ir, "c")
    guard = layers(step_of(module, "s")).guard
    assert guard is not None
    assert guard.policy.rules[0].max_attempts is None
    assert module.policy.concurrency == 32


def test_one_file_under_different_bounds_is_two_modules(tmp_path: Path) -> None:
    ir = ir_of(
        tmp_path,
        a="steps: {x: {call: b.melody.yaml}, y: {call: leaf.melody.yaml}}\n",
        b=f"policy: {{timeout: 3s}}\n{calls('leaf.melody.yaml')}",
        leaf=PLAYS,
    )
    free = module_of(ir, ir, "y")
    bound = module_of(ir, module_of(ir, ir, "x"), "c")
    assert (timeout(free, "s"), timeout(bound, "s")) == (None, 3)


def test_what_doubles_with_every_call_is_refused_and_shared_until_then(tmp_path: Path) -> None:
    two = "steps: {{x: {{call: m{0}.melody.yaml}}, y: {{call: m{0}.melody.yaml}}}}\n"
    small = {f"m{n}": two.format(n + 1) for n in range(5)}
    ir = ir_of(tmp_path / "small", **small, m5=LEAF)
    assert len(ir.modules) == 5
    assert sum(1 for _ in plan(ir).all_regions()) == 1 + sum(2**n for n in range(1, 6))
    assert len(list(features_of(ir))) < 50
    nine = "".join(f"  s{n}: {{{{call: m{{0}}.melody.yaml}}}}\n" for n in range(9))
    many = {f"m{n}": f"steps:\n{nine.format(n + 1)}" for n in range(15)}
    made = compiled(tmp_path / "many", **many, m15=LEAF)
    assert [code for code, _, _ in told(made)] == ["MEL233"]


@pytest.mark.parametrize("depth", ["40", "1000000000"])
def test_a_recursion_deeper_than_scopes_may_be_is_refused(tmp_path: Path, depth: str) -> None:
    made = compiled(tmp_path, a=calls("a.melody.yaml", max_depth=depth))
    assert told(made) == [("MEL233", "a.melody.yaml", 3)]
    assert made.ir is None


def test_the_deepest_recursion_that_is_allowed_can_be_planned(tmp_path: Path) -> None:
    made = compiled(tmp_path, a=calls("a.melody.yaml", max_depth="38"))
    assert made.ir is not None
    assert sum(1 for _ in plan(made.ir).all_regions()) == 40
    assert list(features_of(made.ir))


def test_copies_are_bounded_where_each_call_has_a_depth_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = "".join(f"  s{n}: {{call: a.melody.yaml, max_depth: 5}}\n" for n in range(6))
    monkeypatch.setattr(UNROLL, "MAX_MODULES", 50)
    made = compiled(tmp_path, a=f"steps:\n{steps}")
    assert [code for code, _, _ in told(made)] == ["MEL233"]


def test_steps_are_counted_once_for_each_call_and_once_for_each_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UNROLL, "MAX_STEPS", 10)
    three = "steps: {x: {set: 1}, y: {set: 1}, z: {set: 1}}\n"
    steps = "".join(f"  s{n}: {{call: b.melody.yaml}}\n" for n in range(4))
    made = compiled(tmp_path / "four", a=f"steps:\n{steps}", b=three)
    assert told(made) == [("MEL233", "a.melody.yaml", 7)]
    monkeypatch.setattr(UNROLL, "MAX_COPIED", 2)
    assert told(compiled(tmp_path / "one", a="steps:\n  s: {call: b.melody.yaml}\n", b=three)) == [
        ("MEL233", "a.melody.yaml", 4)
    ]
    monkeypatch.setattr(UNROLL, "MAX_COPIED", 3)
    few = steps.removesuffix("  s3: {call: b.melody.yaml}\n")
    assert compiled(tmp_path / "three", a=f"steps:\n{few}", b=three).ir is not None


def test_the_steps_of_the_melody_itself_are_not_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UNROLL, "MAX_STEPS", 1)
    path = written(
        tmp_path, a="steps: {x: {set: 1}, y: {set: 1}, z: {call: b.melody.yaml}}\n", b=LEAF
    )
    assert path.is_file()
    assert ir_of(tmp_path, a=path.read_text().split("\n", 2)[2], b=LEAF).modules


def test_what_a_caller_forbids_is_forbidden_below(tmp_path: Path) -> None:
    ir = ir_of(
        tmp_path,
        a="policy: {may_degrade: false, error_tolerance: minimal, notify: [me]}\n"
        f"{calls('b.melody.yaml')}",
        b=PLAYS,
    )
    guard = layers(step_of(module_of(ir, ir, "c"), "s")).guard
    assert guard is not None
    assert (guard.policy.may_degrade, guard.policy.error_tolerance) == (False, "minimal")
    assert guard.policy.notify == ()
