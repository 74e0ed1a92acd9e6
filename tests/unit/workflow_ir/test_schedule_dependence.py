"""Where the outcome may depend on who starts steps: every reason, and what comes close to it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from compiler.pipeline import compile_text
from workflow_ir.allow import Allow
from workflow_ir.schedule_dependence import Place, Reason, schedule_dependence

HEAD = """\
melody: v1
name: scheduled
inputs: {n: {type: integer, default: 1}}
players:
  hand: {python: "band:hand"}
  one: {python: "band:one", provides: [work], limits: {concurrency: 1}}
  two: {python: "band:two", provides: [work]}
"""
NONE: list[tuple[str, str, tuple[str, ...]]] = []


def places(steps: str, top: str = "", files: Mapping[str, str] | None = None) -> list[Place]:
    """Of a Melody with these steps."""
    text = f"{HEAD}{top}\nsteps:\n{steps}"
    made = compile_text(
        text, file="scheduled.melody.yaml", allow=Allow(python=("band",)), given=files or {}
    )
    assert made.ir is not None, made.diagnostics
    return list(schedule_dependence(made.ir))


def told(steps: str, top: str = "") -> list[tuple[str, str, tuple[str, ...]]]:
    """Reason, address and those concerned."""
    return [(one.reason.value, one.address, one.among) for one in places(steps, top)]


def reasons(steps: str, top: str = "") -> set[str]:
    return {one.reason.value for one in places(steps, top)}


def test_a_chain_names_nothing() -> None:
    assert told("""
  a: {play: hand}
  b: {play: hand, needs: [a]}
  c: {steps: {d: {play: hand}, e: {play: hand, needs: [d]}}, needs: [b], policy: {timeout: 5s}}
""") == NONE  # fmt: skip


def test_steps_beside_one_that_may_fail_are_told_once_for_their_scope() -> None:
    assert told("""
  a: {play: hand}
  b: {set: {n: 1}}
  c: {play: hand, needs: [a]}
  d: {set: {n: 2}, needs: [a, b, c]}
""") == [("first_failure", "", ("a", "b", "c"))]  # fmt: skip


def test_a_scope_inside_is_told_apart_from_the_one_round_it() -> None:
    assert told("""
  a: {steps: {x: {play: hand}, y: {play: hand}}, on_failure: skip}
  b: {play: hand, on_failure: skip}
""") == [("first_failure", "a", ("a.x", "a.y"))]  # fmt: skip


@pytest.mark.parametrize(
    "step",
    [
        "{play: hand, on_failure: skip}",
        "{play: hand, on_failure: [retry, fallback, skip]}",
        "{set: {n: 1}}",
        '{set: {n: "${{ inputs.n }}", text: "n is ${{ inputs.n }}"}}',
        "{set: {n: \"${{ default(steps.first.output.n, 0) if steps.first.ok else 'no' }}\"}}",
        '{set: {n: "${{ steps.first.output.n }}", all: "${{ [steps.first.status] }}"}}',
        "{wait: 3s}",
        "{set: {n: 1}, when: steps.first.ok and not has(steps.first.output.n)}",
        "{for_each: [1, 2], set: {n: '${{ item }}'}}",
        "{for_each: [1, 2], play: hand, on_failure: skip}",
        "{steps: {inner: {set: 1}}, result: {n: '${{ steps.inner.output }}'}}",
        "{branch: [{name: x, when: steps.first.ok, steps: {inner: {wait: 1s}}}]}",
        "{parallel: {x: {steps: {inner: {set: 1}}}, y: {steps: {c: {wait: 1s}}}}, succeed_if: 2}",
        "{repeat: {max: 2, until: steps.inner.ok, on_max: accept, steps: {inner: {set: 1}}}}",
    ],
)
def test_what_cannot_fail_may_go_on_beside_its_like(step: str) -> None:
    again = step.replace("inner", "other")
    assert told(f"  first: {{set: {{n: 1}}}}\n  a: {step}\n  b: {again}") == NONE


@pytest.mark.parametrize(
    "step",
    [
        "{play: hand}",
        "{play: hand, on_failure: [retry, fallback]}",
        "{play: hand, on_failure: [escalate, skip]}",
        "{play: hand, on_failure: skip, gate: {check: output.n > 1, on_fail: fail}}",
        "{play: hand, on_failure: skip, policy: {recovery: {permanent: [fail]}}}",
        '{set: {n: "${{ 7 // inputs.n }}"}}',
        '{set: {n: "${{ steps.played.output.n }}"}}',
        "{set: {n: 1}, when: steps.first.output.n > 0}",
        "{set: {n: 1}, require: host.memory_free > 1}",
        "{set: {n: 1}, gate: {check: output.n == inputs.n}}",
        "{set: {n: 1}, output: {n: integer}}",
        "{approval: Good, expires: 1m}",
        '{wait: {until: "${{ steps.played.output.n }}"}}',
        "{fail: {error: no.more}, when: steps.first.ok}",
        "{for_each: '${{ range(inputs.n) }}', set: 1}",
        "{for_each: '${{ from_json(json([1])) }}', wait: 1s, succeed_if: 2}",
        "{steps: {x: {play: hand}}}",
        "{steps: {x: {set: 1}}, result: '${{ steps.x.output + inputs.n }}'}",
        "{steps: {x: {wait: 1s}}, policy: {timeout: 3s}}",
        "{branch: [{name: x, when: inputs.n > 1, steps: {}}]}",
        "{branch: [{name: x, when: steps.first.ok, steps: {x: {play: hand}}}]}",
        "{repeat: {max: 2, until: true, steps: {x: {set: 1}}}}",
        "{repeat: {max: 2, until: iteration > 1, on_max: accept, steps: {x: {set: 1}}}}",
    ],
)
def test_what_may_fail_is_a_reason_beside_another_step(step: str) -> None:
    first = "  first: {set: {n: 1}}\n  played: {play: hand, needs: [first]}\n"
    found = told(f"{first}  a: {step}\n  b: {{wait: 1s, needs: [first, played]}}")
    among = [one for reason, address, one in found if (reason, address) == ("first_failure", "")]
    assert among
    assert {"a", "b"} <= set(among[0])


def test_under_finish_independent_only_the_order_of_failures_is_left() -> None:
    policy = "policy: {on_step_failure: finish_independent}"
    assert told("  a: {play: hand}\n  b: {set: 1}", policy) == NONE
    steps = "  a: {play: hand}\n  b: {set: 1}\n  c: {play: hand}"
    assert told(steps, policy) == [("first_error", "", ("a", "c"))]


def test_arms_of_a_branch_never_go_on_together() -> None:
    assert told("""
  route:
    branch:
      - {name: x, when: "inputs.n == 1", steps: {a: {play: hand}}}
      - {name: y, else: true, steps: {b: {play: hand}}}
""") == NONE  # fmt: skip


def test_an_arm_may_wait_for_a_step_beside_its_branch() -> None:
    assert told("""
  slow: {play: hand}
  route:
    branch:
      - name: x
        else: true
        steps: {a: {set: "${{ steps.slow.output }}"}, b: {wait: 1s}}
""") == [("first_failure", "", ("slow", "route"))]  # fmt: skip


def test_items_and_sides_that_may_fail_are_named() -> None:
    assert told("  m: {for_each: [1, 2], play: hand}") == [("first_failure", "m", ("m",))]
    assert told("  m: {for_each: [1, 2], play: hand, concurrency: 1}") == NONE
    sides = "{x: {steps: {a: {play: hand}}}, y: {steps: {b: {set: 1}}}}"
    assert told(f"  p: {{parallel: {sides}}}") == [("first_failure", "p", ("p",))]


def test_winners_are_named_unless_all_must_win() -> None:
    sides = "{x: {steps: {a: {wait: 1s}}}, y: {steps: {b: {set: 1}}}}"
    assert told(f"  p: {{parallel: {sides}, succeed_if: any}}") == [("winners", "p", ("p",))]
    assert told(f"  p: {{parallel: {sides}, succeed_if: 2}}") == NONE
    assert told(f"  p: {{parallel: {sides}, succeed_if: 80%}}") == NONE
    assert told("  m: {for_each: [1, 2], wait: 1s, succeed_if: 1}") == [("winners", "m", ("m",))]


def test_a_deadline_matters_where_steps_under_it_may_start_late() -> None:
    apart = "{a: {wait: 1s}, b: {wait: 1s}}"
    chain = "{a: {wait: 1s}, b: {wait: 1s, needs: [a]}}"
    late = ("deadline", "g", ("g",))
    assert late in told(f"  g: {{steps: {apart}, policy: {{timeout: 5s}}, on_failure: skip}}")
    assert told(f"  g: {{steps: {chain}, policy: {{timeout: 5s}}, on_failure: skip}}") == NONE
    assert late in told(f"  g: {{steps: {apart}, policy: {{budget: {{wall: 5s}}}}}}")
    sides = "parallel: {x: {steps: %s}, y: {steps: {c: {wait: 1s}}}}, barrier_timeout: 5s"
    assert late in told(f"  g: {{{sides % apart}}}")
    assert late not in told(f"  g: {{{sides % chain}}}")
    assert told("  g: {for_each: [1, 2], wait: 1s, barrier_timeout: 5s}") == NONE


def test_a_deadline_matters_where_places_are_waited_for() -> None:
    limited = "for_each: [1, 2], barrier_timeout: 5s, on_failure: skip"
    assert reasons(f"  g: {{{limited}, play: one}}") == {"deadline"}
    assert reasons(f"  g: {{{limited}, play: hand}}") == set()
    assert reasons(f"  g: {{{limited}, play: hand}}", "policy: {concurrency: 1}") == {"deadline"}


def test_the_deadline_of_the_run_is_one_of_all_steps() -> None:
    policy = "policy: {budget: {wall: 9s}}"
    assert told("  a: {wait: 1s}\n  b: {wait: 1s, needs: [a]}", policy) == NONE
    found = told("  a: {wait: 1s}\n  b: {wait: 1s}", policy)
    assert ("deadline", "", ("a", "b")) in found


def test_a_budget_is_shared_by_plays_that_go_on_together() -> None:
    steps = "  a: {play: hand, on_failure: skip}\n  b: {play: hand, on_failure: skip%s}"
    budget = "policy: {budget: {usd: 1}}"
    assert told(steps % "", budget) == [("budget", "", ("a", "b"))]
    assert told(steps % ", needs: [a]", budget) == NONE
    inside = "{x: {play: hand, on_failure: skip}, y: {play: hand, on_failure: skip}}"
    of_a_group = f"  g: {{steps: {inside}, policy: {{budget: {{attempts: 2}}}}}}"
    assert told(of_a_group) == [("budget", "g", ("g.x", "g.y"))]
    each = "  a: {for_each: [1, 2], play: hand, on_failure: skip, policy: {budget: {usd: 1}}}"
    assert told(each) == NONE  # each item has its own


def test_breakers_and_retry_tokens_that_are_written_count_together() -> None:
    steps = "  a: {play: hand, on_failure: skip}\n  b: {play: hand, on_failure: skip%s}"
    assert told(steps % "", "policy: {breaker: {calls: 2}}") == [("safeguard", "", ("a", "b"))]
    assert told(steps % "", "policy: {throttle: {tokens: 2}}") == [("safeguard", "", ("a", "b"))]
    assert told(steps % ", needs: [a]", "policy: {breaker: {calls: 2}}") == NONE
    forced = "policy: {breaker: {state: disabled}}"
    assert told(steps % "", forced) == NONE
    assert told(steps % "") == NONE


def test_hedged_attempts_that_wait_for_places_are_named() -> None:
    hedged = "on_failure: skip, policy: {hedge: {delay: 2s}}"
    assert told(f"  a: {{for_each: [1, 2], play: one, {hedged}}}") == [("limit", "a", ("a",))]
    assert told(f"  a: {{for_each: [1, 2], play: hand, {hedged}}}") == NONE


@pytest.mark.parametrize("balance", ["round_robin", "least_loaded"])
def test_whose_turn_it_is_depends_on_who_came_first(balance: str) -> None:
    routed = f"{{play: {{provides: work, balance: {balance}}}, on_failure: skip%s}}"
    steps = f"  a: {routed % ''}\n  b: {routed % ''}"
    assert told(steps) == [("balance", "", ("a", "b"))]
    assert told(f"  a: {routed % ''}\n  b: {routed % ', needs: [a]'}") == NONE
    assert told(steps.replace(balance, "random")) == NONE


def test_a_pause_finds_other_steps_done() -> None:
    ask = "{approval: Good, on_failure: skip%s}"
    assert told(f"  a: {ask % ''}\n  b: {{wait: 1s}}") == [("pause", "a", ("a",))]
    assert told(f"  a: {ask % ', expires: 5s'}\n  b: {{wait: 1s}}") == NONE
    assert told("  a: {wait: {event: news}}\n  b: {wait: 1s}") == [("pause", "a", ("a",))]
    assert told(f"  a: {ask % ''}\n  b: {{wait: 1s, needs: [a]}}") == NONE


def test_what_is_read_at_the_start_of_a_step_is_named_where_any_may_start_late() -> None:
    late = "  a: {wait: 1s}\n  b: {wait: 1s}\n  c: {set: 1, needs: [a, b], %s}"
    reads = "require: host.memory_free > 1"
    assert ("reading", "c", ("c",)) in told(late % reads)
    assert told((late % reads).replace("b: {wait: 1s}", "b: {wait: 1s, needs: [a]}")) == NONE
    asks = late.replace("set: 1", "set: '${{ now() }}'") % "label: c"
    assert told(asks) == [("now", "c", ("c",))]


def test_steps_that_are_made_from_one_another_are_named() -> None:
    source = "{from: '${{ steps.%s.output }}', play: two}"
    made = f"{{play: hand, on_failure: [reconstruct, skip], reconstruct: {source}}}"
    steps = f"  a: {made % 'b'}\n  b: {made % 'a'}"
    assert told(steps) == [("reconstruct", "", ("a", "b"))]
    assert told(f"  a: {made % 'b'}\n  b: {{wait: 1s}}") == NONE


def test_the_order_of_undoing_is_named() -> None:
    undone = "{wait: 1s, compensate: {set: 1}%s}"
    assert told(f"  a: {undone % ''}\n  b: {undone % ''}") == [("undoing", "", ("a", "b"))]
    assert told(f"  a: {undone % ''}\n  b: {undone % ', needs: [a]'}") == NONE


def test_a_sub_melody_is_looked_into_at_each_call() -> None:
    part = {"part.melody.yaml": f"{HEAD}steps:\n  x: {{play: hand}}\n  y: {{play: hand}}\n"}
    found = places("  a: {call: ./part.melody.yaml}\n  b: {call: ./part.melody.yaml, needs: [a]}",
                   files=part)  # fmt: skip
    assert found == [
        Place(Reason.FIRST_FAILURE, "a", ("a/x", "a/y")),
        Place(Reason.FIRST_FAILURE, "b", ("b/x", "b/y")),
    ]
