"""Mistakes of people who know YAML or another tool: one diagnostic that says what to type."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.unit.compiler.parse.reading_aid import cut, read_melody
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.splice import splice

HEAD = "melody: v1\nname: t\n"
LOOP = "steps: {r: {repeat: {%s, until: true, steps: {a: {set: 1}}}}}\n"


def only(text: str) -> Diagnostic:
    """The one problem of a Melody whose first lines are given."""
    (problem,) = read_melody(HEAD + dedent(text))[1]
    return problem


@pytest.mark.parametrize(
    ("text", "key", "meant"),
    [
        ("steps: {a: {if: 1 < 2, set: 1}}\n", "if", "when"),
        ("steps: {a: {set: 1}, b: {depends_on: [a], set: 1}}\n", "depends_on", "needs"),
        ("steps: {a: {foreach: [1], set: 1}}\n", "foreach", "for_each"),
        ("steps: {a: {shell: ls}}\n", "shell", "run"),
        ("tasks: {a: {set: 1}}\n", "tasks", "steps"),
        ("vars: {a: string}\nsteps: {s: {set: 1}}\n", "vars", "inputs"),
        ("steps: {a: {play: {capability: x}}}\n", "capability", "provides"),
        (LOOP % "times: 3", "times", "max"),
    ],
)
def test_the_key_of_another_tool_is_told_as_the_key_of_this_language(
    text: str, key: str, meant: str
) -> None:
    problem = only(text)
    assert (problem.code, problem.label) == ("MEL112", f"did you mean `{meant}`?")
    assert problem.span is not None
    assert cut(HEAD + text, problem.span) == key
    assert problem.fix is not None
    assert f"{meant}:" in splice(HEAD + text, problem.fix.edits)


def test_a_foreign_key_is_not_offered_where_its_meaning_has_no_place() -> None:
    problem = only("steps: {g: {parallel: {a: {steps: {}, if: true}}}}\n")
    assert (problem.code, problem.label) == ("MEL112", None)
    assert problem.help == "its keys are `steps`, `result`"


def test_a_step_whose_keys_stand_beside_it_is_told_once() -> None:
    problem = only(
        """\
        steps:
          a:
          when: 1 < 2
          set: {x: 1}
          b: {set: 2}
        """
    )
    assert problem.code == "MEL111"
    assert problem.message == "step `a` is empty, and `when` stands beside it"
    assert problem.span is not None
    assert (problem.span.line, problem.span.column) == (5, 3)


def test_a_step_may_be_called_like_a_verb_after_one_that_is_not_empty() -> None:
    assert read_melody(HEAD + "steps: {a: {set: 1}, set: {set: 2}}\n")[1] == ()


@pytest.mark.parametrize(
    ("text", "code", "help_"),
    [
        ("steps: {a: {approval: {message: Go on, form: {x: string}}}}\n", "MEL111",
         "write `approval: May this go on?`, and `show`, `form`, `expires` beside it"),
        ("steps: {a: {approval: [Go, on]}}\n", "MEL111",
         "write `approval: May this go on?`, and `show`, `form`, `expires` beside it"),
        ("steps: {a: {approval: }}\n", "MEL111",
         "write `approval: May this go on?`, and `show`, `form`, `expires` beside it"),
        ("steps: {a: {fail: Too bad}}\n", "MEL111",
         "write `fail: {error: my.error, message: What went wrong}`"),
        ("steps: {a: {parallel: [{b: {set: 1}}]}}\n", "MEL111",
         "write `parallel: {NAME: {steps: {ID: …}, result: …}, OTHER: …}`"),
        ("steps: {a: {parallel: {b: {set: 1}}}}\n", "MEL112",
         "a branch holds steps: write `steps: {ID: {set: …}}`"),
        ("steps: {a: {branch: [{name: b, when: true, call: ./x.melody.yaml}]}}\n", "MEL112",
         "an arm holds steps: write `steps: {ID: {call: …}}`"),
        ("steps: {a: {branch: [{name: b, else: , result: 1}]}}\n", "MEL111",
         "write `else: true`, and beside it `result: …` or `steps: …`"),
        ("steps: {a: {for_each: one in inputs.all, set: 1}}\n", "MEL111",
         "write `for_each: ${{ inputs.all }}` and `as: one`"),
        ("steps: {s: {set: 1}}\nplayers: {p: {python: pack.mod.call}}\n", "MEL111",
         'write `python: "pack.mod:call"`'),
        ("steps: {s: {set: 1}}\nplayers: {p: {python: mod}}\n", "MEL111",
         'write `python: "mod:name"`'),
        ('steps: {s: {set: 1}}\nplayers: {p: {python: "a b"}}\n', "MEL111",
         'write `python: "package.module:name"`'),
        ('steps: {s: {set: 1}}\ninputs: {x: "string[]"}\n', "MEL119", "write `list[string]`"),
        ('steps: {s: {set: 1}}\ninputs: {x: "integer | null"}\n', "MEL119", "write `integer?`"),
        (LOOP % "on_max: fail", "MEL113", "add `max: 10`"),
    ],
)  # fmt: skip
def test_the_help_is_what_to_type(text: str, code: str, help_: str) -> None:
    problem = only(text)
    assert (problem.code, problem.help) == (code, help_)


def test_a_missing_version_is_told_as_the_line_to_add() -> None:
    (problem,) = read_melody("name: t\nsteps: {s: {set: 1}}\n")[1]
    assert (problem.code, problem.help) == ("MEL113", "add `melody: v1`")


@pytest.mark.parametrize("word", ["continue", "ignore"])
@pytest.mark.parametrize(
    "key", ["on_failure: [%s]", "on_failure: %s", "gate: {check: a, on_fail: [%s]}"]
)
def test_going_on_without_the_output_is_told_as_skip(key: str, word: str) -> None:
    problem = only(f"steps: {{a: {{set: 1, {key % word}}}}}\n")
    assert (problem.code, problem.label) == ("MEL111", "did you mean `skip`?")
    assert problem.fix is not None
    assert problem.fix.edits[0].text == "skip"


@pytest.mark.parametrize(
    ("number", "share"),
    [
        ("0.8", "80%"),
        ("0.29", "29%"),
        ("0.125", "12.5%"),
        ("1.5", None),
        ("0.0", None),
        ("-0.5", None),
        ("0", None),
    ],
)
def test_a_fraction_that_must_succeed_is_told_as_a_share(number: str, share: str | None) -> None:
    text = f"steps: {{a: {{for_each: [1, 2], set: 1, succeed_if: {number}}}}}\n"
    problem = only(text)
    assert problem.code == "MEL118"
    assert problem.help == (None if share is None else f"write `succeed_if: {share}`")
    if share is not None:
        assert problem.fix is not None
        mended = splice(HEAD + text, problem.fix.edits)
        assert read_melody(mended)[1] == ()
