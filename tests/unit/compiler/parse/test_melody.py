from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.parse import syntax
from tests.unit.compiler.parse.reading_aid import FILE, codes, cut, places, read_melody
from workflow_ir.codes import CODES
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.policy import Backoff, Importance, Rung
from workflow_ir.render import render_text
from workflow_ir.splice import splice

HEAD = "melody: v1\nname: t\n"


def of(text: str) -> tuple[Diagnostic, ...]:
    """The problems of a Melody whose first lines are given."""
    return read_melody(HEAD + dedent(text))[1]


def good(text: str) -> syntax.Melody:
    melody, problems = read_melody(HEAD + dedent(text))
    assert problems == ()
    assert melody is not None
    return melody


def step(text: str) -> syntax.Step:
    """The one step ``a`` of a Melody."""
    return good("steps:\n  a: " + text).steps[0]


WHOLE = """\
version: 1.0
description: All that runs.
inputs:
  brief: string
  language: {enum: [python, go], default: python, description: Which}
  note: string?
models: {smart: offline/basic, cheap: {model: offline, temperature: 0}}
players:
  coder: {model: smart, system: "You ${{ with.x }}", fallback: [junior], importance: critical}
  junior: {python: "pack.mod:call", effects: none, timeout: 30s}
  fmt: {command: [ruff, format, "-"], stdin: "${{ with.code }}", parse: text, env: {A: b}}
policy: {timeout: 5m, wall: 1h, concurrency: 4, on_step_failure: finish_independent}
steps:
  draft:
    play: coder
    label: Draft it
    prompt: "Write ${{ inputs.language }}"
    output: {code: string, tests: "list[string]"}
    gate: {check: len(output.code) > 0, on_fail: [retry, fallback]}
    on_failure: [retry, fallback, skip]
    policy:
      total_timeout: 2m
      retry: {max_retries: 3, backoff: [1s, 500ms], initial: 1s, max_delay: 60s, jitter: none,
              on: [transient_network]}
    priority: high
  each:
    for_each: ${{ steps.draft.output.tests }}
    as: row
    concurrency: 2
    succeed_if: 80%
    run: git log "--format=%H ${{ row }}" && wc -l
    needs: [draft]
    when: inputs.brief != ""
  route:
    branch:
      - name: fast
        when: len(inputs.brief) > 3
        steps: {one: {set: {x: 1}}}
        result: ${{ steps.one.output }}
      - {name: slow, else: true}
outputs:
  code: ${{ steps.draft.output.code }}
x-mine: anything
"""


def test_everything_this_version_runs_is_read_without_a_problem() -> None:
    melody = good(WHOLE)
    assert melody.name.value == "t"
    assert melody.version is not None
    assert melody.version.value == "1.0"
    assert [(one.name.value, one.required) for one in melody.inputs] == [
        ("brief", True), ("language", False), ("note", False),
    ]  # fmt: skip
    assert melody.inputs[1].default is not None
    assert melody.inputs[1].default.value == "python"
    assert [one.model.value for one in melody.models] == ["offline/basic", "offline"]
    coder, junior, fmt = melody.players
    assert isinstance(coder.kind, syntax.ModelKind)
    assert isinstance(coder.kind.system, syntax.Text)
    assert coder.importance is not None
    assert coder.importance.value is Importance.CRITICAL
    assert isinstance(junior.kind, syntax.PythonKind)
    assert junior.timeout is not None
    assert junior.timeout.value == 30
    assert isinstance(fmt.kind, syntax.CommandKind)
    assert len(fmt.kind.commands[0]) == 3
    assert melody.policy is not None
    assert melody.policy.wall is not None
    assert melody.policy.wall.value == 3600
    draft, each, route = melody.steps
    assert draft.policy is not None
    (rule,) = draft.policy.rules
    assert rule.max_attempts is not None
    assert rule.max_attempts.value == 4
    assert rule.backoff is not None
    assert rule.backoff.value == (1.0, 0.5)
    assert [rung.value for rung in draft.on_failure or ()] == [
        Rung.RETRY, Rung.FALLBACK, Rung.SKIP,
    ]  # fmt: skip
    assert each.for_each is not None
    assert each.for_each.as_ is not None
    assert each.for_each.as_.value == "row"
    assert each.succeed_if is not None
    assert (each.succeed_if.kind, each.succeed_if.percent) == ("percent", 80.0)
    assert isinstance(route.verb, syntax.Branch)
    assert [(arm.name.value, arm.is_else) for arm in route.verb.arms] == [
        ("fast", False), ("slow", True),
    ]  # fmt: skip


def test_an_expression_knows_the_place_of_its_parts() -> None:
    text = HEAD + 'steps:\n  a:\n    set: "x \\t ${{ inputs.first + inputs.second }}"\n'
    melody, problems = read_melody(text)
    assert problems == ()
    assert melody is not None
    verb = melody.steps[0].verb
    assert isinstance(verb, syntax.Set)
    (found,) = syntax.expressions_in(verb.value)
    assert cut(text, found.span) == "inputs.first + inputs.second"
    second = found.expression.references[1]
    assert cut(text, found.at(second.start, second.end)) == "inputs.second"


@pytest.mark.parametrize(
    ("line", "argvs"),
    [
        ("git log -n 3", [["git", "log", "-n", "3"]]),
        ("a 'b c' \"d\\\"e\" f\\ g ''", [["a", "b c", 'd"e', "f g", ""]]),
        ("a && b c&&d", [["a"], ["b", "c"], ["d"]]),
        ("a '|' \"&&\" $${{ x }}", [["a", "|", "&&", "${{", "x", "}}"]]),
    ],
)
def test_a_command_line_is_split_without_a_shell(line: str, argvs: list[list[str]]) -> None:
    verb = step("\n    run: |\n      " + line + "\n").verb
    assert isinstance(verb, syntax.Run)
    assert [[syntax.literal_of(word)[1] for word in argv] for argv in verb.commands] == argvs


def test_a_command_line_that_no_system_would_take_is_refused_before_it_is_split() -> None:
    _, problems = read_melody(
        "melody: v1\nname: n\nsteps: {a: {run: '" + "x && " * 200_000 + "y'}}\n"
    )
    assert codes(problems) == ["MEL106"]


def test_an_expression_in_a_command_line_is_one_argument() -> None:
    verb = step(
        "\n    run: git log ${{ inputs.a + ' b' }} --x=${{ inputs.b }}.. \"p ${{ q }}\"\n"
    ).verb
    assert isinstance(verb, syntax.Run)
    kinds = [type(word).__name__ for word in verb.commands[0]]
    assert kinds == ["Literal", "Literal", "Expr", "Text", "Text"]


@pytest.mark.parametrize("line", ["a | b", "a > b", "a; b", "a & b", "$(a)", "a `b`", "a || b"])
def test_what_only_a_shell_understands_is_refused(line: str) -> None:
    problems = of(f"steps:\n  a:\n    run: {line}\n")
    assert codes(problems) == ["MEL111"]
    assert "starts no shell" in problems[0].message


BAD = [
    ("MEL111", "steps: [a]\n", "3:8-3:11"),
    ("MEL111", "steps: {}\n", "3:1-3:6"),
    ("MEL111", "steps: {a: null}\n", "3:12-3:16"),
    ("MEL111", "steps: {a: {set: 1, needs: b}}\n", "3:28-3:29"),
    ("MEL111", "steps: {a: {set: 1, label: 3}}\n", "3:28-3:29"),
    ("MEL111", "steps: {a: {set: 1, on_failure: [explode]}}\n", "3:34-3:41"),
    ("MEL111", "steps: {a: {set: 1, for_each: inputs.x}}\n", "3:31-3:39"),
    ("MEL111", "steps: {a: {branch: []}}\n", "3:21-3:23"),
    ("MEL111", 'steps: {a: {run: ["${{ x }}"]}}\n', "3:24-3:25"),
    ("MEL111", "players: {a: {python: nonsense}}\nsteps: {a: {set: 1}}\n", "3:23-3:31"),
    ("MEL111", "models: {a: gpt}\nsteps: {a: {set: 1}}\n", "3:13-3:16"),
    ("MEL112", "steps: {a: {paly: b}}\n", "3:13-3:17"),
    ("MEL112", "steps: {a: {set: 1, prompt: x}}\n", "3:21-3:27"),
    ("MEL112", "steps: {a: {set: 1, concurrency: 1}}\n", "3:21-3:32"),
    ("MEL112", "steps: {a: {play: b, timeout: 1s}}\n", "3:22-3:29"),
    ("MEL112", "steps: {a: {set: 1}}\nallow: {}\n", "4:1-4:6"),
    ("MEL113", "version: a\n", "1:1-1:7"),
    ("MEL113", "steps: {a: {set: 1, gate: {}}}\n", "3:21-3:25"),
    ("MEL113", "steps: {a: {branch: [{else: true}]}}\n", "3:23-3:27"),
    ("MEL116", "steps: {Bad Id: {set: 1}}\n", "3:9-3:15"),
    ("MEL116", "inputs: {b-c: string}\nsteps: {a: {set: 1}}\n", "3:10-3:13"),
    ("MEL117", "steps: {a: {}}\n", "3:9-3:10"),
    ("MEL117", "steps: {a: {play: b, set: 1}}\n", "3:22-3:25"),
    ("MEL117", "players: {a: {}}\nsteps: {a: {set: 1}}\n", "3:11-3:12"),
    ("MEL117", "steps: {a: {branch: [{name: x}]}}\n", "3:23-3:27"),
    ("MEL118", "steps: {a: {play: b, policy: {timeout: 30}}}\n", "3:40-3:42"),
    ("MEL118", "steps: {a: {play: b, policy: {timeout: 0s}}}\n", "3:40-3:42"),
    ("MEL118", "steps: {a: {set: 1, for_each: [1], succeed_if: 120%}}\n", "3:48-3:52"),
    ("MEL119", "inputs: {a: strng}\nsteps: {a: {set: 1}}\n", "3:13-3:18"),
    ("MEL119", "steps: {a: {set: 1, output: {b: {c: lst}}}}\n", "3:37-3:40"),
    ("MEL120", "steps: {a: {set: 1, when: inputs.n =! 3}}\n", "3:36-3:37"),
    ("MEL120", 'steps: {a: {set: "x ${{ a && b }}"}}\n', "3:27-3:29"),
    ("MEL121", 'steps: {a: {set: 1, when: "${{ inputs.n }}"}}\n', "3:27-3:44"),
    ("MEL122", 'steps: {a: {set: "x ${{ a"}}\n', "3:21-3:26"),
    ("MEL123", "steps: {a: {set: 1, window: {from: dusk, to: '06:00'}}}\n", "3:36-3:40"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "text", "place"), BAD)
def test_one_mistake_gives_one_diagnostic_at_its_place(code: str, text: str, place: str) -> None:
    extra = [("MEL113", "1:1-1:7")] if code == "MEL112" and "steps" not in text else []
    assert places(of(text)) == [*extra, (code, place)]


def test_ten_mistakes_give_ten_diagnostics_in_file_order() -> None:
    problems = of(
        """\
        inputs: {n: intger}
        players:
          a: {comand: [x]}
          b: {python: x}
        steps:
          One: {set: 1}
          two: {play: a, run: b}
          three: {play: a, when: "${{ inputs.n > 1 }}"}
          four: {play: a, prompt: "${{ inputs.n"}
          five: {play: a, policy: {timeout: 5}}
          six: {play: a, needs: two}
          seven: {wait: 3}
        """
    )
    assert codes(problems) == [
        "MEL119", "MEL112", "MEL111", "MEL116", "MEL117", "MEL121", "MEL122", "MEL118", "MEL111",
        "MEL118",
    ]  # fmt: skip
    assert [problem.span for problem in problems] == sorted(
        problem.span for problem in problems if problem.span
    )


def test_an_unreadable_part_keeps_its_name() -> None:
    melody, _ = read_melody(
        HEAD + "inputs: {a: nonsense}\nplayers: {b: 3}\nmodels: {c: 4}\nsteps: {d: {}, e: 1}\n"
    )
    assert melody is not None
    assert [one.name.value for one in melody.inputs] == ["a"]
    assert [one.name.value for one in melody.players] == ["b"]
    assert [one.name.value for one in melody.models] == ["c"]
    assert [one.id.value for one in melody.steps] == ["d", "e"]
    assert all(isinstance(one.verb, syntax.Unreadable) for one in melody.steps)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('steps: {a: {set: 1, when: "${{ inputs.n }}"}}\n',
         'steps: {a: {set: 1, when: "inputs.n"}}\n'),
        ("steps:\n  a:\n    set: 1\n    when: ${{ inputs.n > 1 }}\n",
         "steps:\n  a:\n    set: 1\n    when: inputs.n > 1\n"),
        ("steps:\n  a:\n    set: 1\n    when: ${{ 'x' in inputs.n }}\n",
         "steps:\n  a:\n    set: 1\n    when: \"'x' in inputs.n\"\n"),
        ("steps: {a: {paly: b}}\n", "steps: {a: {play: b}}\n"),
        ("steps: {a: {set: 1, needs: b}}\n", "steps: {a: {set: 1, needs: [b]}}\n"),
        ("steps: {a: {play: b, policy: {timeout: 30}}}\n",
         "steps: {a: {play: b, policy: {timeout: 30s}}}\n"),
        ("inputs: {a: strng}\nsteps: {a: {set: 1}}\n",
         "inputs: {a: string}\nsteps: {a: {set: 1}}\n"),
        ("steps:\n  a:\n    set: {x: ${{ inputs.y }}}\n",
         'steps:\n  a:\n    set: {x: "${{ inputs.y }}"}\n'),
    ],
)  # fmt: skip
def test_a_fix_cures_its_problem(before: str, after: str) -> None:
    problems = of(before)
    assert len(problems) == 1
    assert problems[0].fix is not None
    assert splice(HEAD + before, problems[0].fix.edits) == HEAD + after
    assert of(after) == ()


def test_the_version_line_is_moved_to_the_top() -> None:
    text = "# head\nname: t\nmelody: v1\nsteps: {a: {set: 1}}\n"
    _, problems = read_melody(text)
    assert places(problems) == [("MEL115", "3:1-3:7")]
    assert problems[0].fix is not None
    fixed = splice(text, problems[0].fix.edits)
    assert fixed == "# head\nmelody: v1\nname: t\nsteps: {a: {set: 1}}\n"
    assert read_melody(fixed)[1] == ()


@pytest.mark.parametrize(
    ("text", "place"),
    [("melody: v2\n", "1:9-1:11"), ("melody: 1\n", "1:9-1:10"), ("melody:\n", "1:8-1:8")],
)
def test_an_unknown_version_is_refused(text: str, place: str) -> None:
    _, problems = read_melody(text + "name: t\nsteps: {a: {set: 1}}\n")
    assert places(problems) == [("MEL114", place)]


def test_a_file_that_holds_no_map_is_no_melody() -> None:
    melody, problems = read_melody("- a\n- b\n")
    assert melody is None
    assert codes(problems) == ["MEL111"]


def test_a_place_that_yaml_refused_is_not_reported_again() -> None:
    assert codes(of("steps: {a: {play: b, policy: {timeout: .inf}}}\n")) == ["MEL108"]


EVERY_VERB = """\
players:
  http: {http: {url: "https://x"}, parse: json}
  agent: {agent: {role: r, goal: g}, model: m, tools: [t], max_turns: 3}
  mcp: {mcp: {url: "https://x"}, tool: t}
  call: {call: ./x.melody.yaml}
  plug: {plugin: p}
  frame: {framework: "a:b"}
  all: {python: "a:b", provides: [x], isolation: worker, cost: {usd: 1, tokens: 2}, preload: true,
        limits: {concurrency: 1, per_minute: 2, memory: 1GB, cpu: 50%, output: 1MB}, enabled: false,
        grant: {attempts: 2}, requires: [http], input: {a: string}}
policy: {budget: {usd: 1, tokens: 2, wall: 1h, attempts: 3}, on_exceeded: cheaper, memory: 1GB,
         cpu: 50%}
steps:
  a: {play: {provides: x, prefer: [all], balance: random}}
  b: {steps: {x: {set: 1}}, result: 1}
  c: {parallel: {one: {steps: {y: {set: 1}}, result: 1}}, succeed_if: any, barrier_timeout: 5m}
  d: {repeat: {steps: {z: {set: 1}}, until: iteration > 2, max: 3, on_max: accept, result: 1}}
  e: {call: ./x.melody.yaml, with: {a: 1}, max_depth: 3}
  f: {approval: Yes?, show: {a: 1}, form: {b: string}, assignees: [me], expires: 1h,
      on_timeout: reject, on_reject: continue}
  g: {wait: {event: e}}
  h: {fail: {error: x.y, message: m}}
  i: {play: all, reconstruct: {from: 1, play: all}, require: true, window: night, task_type: f,
      compensate: {play: all, with: {a: 1}}, idempotency_key: k,
      gate: {score: output.n, at_least: 0.8}, policy: {retry: {vary: [{temperature: 0.2}]}}}
"""


def test_the_whole_language_is_known() -> None:
    melody, problems = read_melody(HEAD + EVERY_VERB.replace("approval: Yes?", "approval: Yes"))
    assert [problem.message for problem in problems] == []
    assert melody is not None
    assert not any(isinstance(one.verb, syntax.Unreadable) for one in melody.steps)
    assert not any(isinstance(one.kind, syntax.Unreadable) for one in melody.players)
    compensate = melody.steps[-1].compensate
    assert compensate is not None
    assert isinstance(compensate.verb, syntax.Play)


def test_every_code_of_reading_a_melody_has_a_case_here() -> None:
    shape = {code for code in CODES if "MEL111" <= code < "MEL124"} - {"MEL114", "MEL115"}
    assert {code for code, _, _ in BAD} == shape


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_melody_with_any_part_replaced_gives_a_tree_and_printable_problems(
    data: st.DataObject,
) -> None:
    text = HEAD + data.draw(st.sampled_from([WHOLE, EVERY_VERB]))
    words = text.split(" ")
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(words) - 1))
        words[at] = data.draw(
            st.sampled_from(
                ["", "null", "3", "[]", "{}", "x", "[x]", "{x: 1}", '"${{ a }}"', "${{ a", "true",
                 "-1", "99999999999999999999", "*x", "'", "80%", "30s", "a: b", "\n", "\u202e"]
            )
        )  # fmt: skip
    text = " ".join(words)
    melody, problems = read_melody(text)
    assert melody is not None or problems
    rendered = render_text(problems, {FILE: text})
    assert all(char == "\n" or char.isprintable() for char in rendered)


def test_backoff_words_are_the_policy_s_own() -> None:
    found = step("{play: b, policy: {retry: {backoff: linear}}}\n").policy
    assert found is not None
    (rule,) = found.rules
    assert rule.backoff is not None
    assert rule.backoff.value is Backoff.LINEAR


def test_a_long_text_with_many_expressions_is_read() -> None:
    text = HEAD + "steps:\n  a:\n    set: |\n" + "      x ${{ inputs.a }} y\n" * 20_000
    melody, problems = read_melody(text)
    assert problems == ()
    assert melody is not None
    verb = melody.steps[0].verb
    assert isinstance(verb, syntax.Set)
    last = syntax.expressions_in(verb.value)[-1]
    assert cut(text, last.span) == "inputs.a"
    assert last.span.line == 20_005


def test_a_hundred_thousand_mistakes_are_told_up_to_a_bound() -> None:
    problems = of("steps: {a: {" + ", ".join(f"play{n}: 1" for n in range(100_000)) + "}}\n")
    assert len(problems) == 200
