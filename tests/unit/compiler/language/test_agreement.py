from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from compiler.parse.player_kinds import BESIDE as BESIDE_A_KIND
from compiler.parse.player_kinds import KINDS
from compiler.parse.steps import OF_A_MAP
from compiler.parse.verbs import BESIDE as BESIDE_A_VERB
from compiler.parse.verbs import VERBS
from tests.unit.compiler.language.judges import (
    MELODIES,
    PROJECTS,
    SHAPE,
    USERS,
    Kind,
    errors_in,
    kind_of,
    problems_of,
    schema_accepts,
    tree_of,
)
from tests.unit.compiler.language.mutations import Mutation, mutations
from workflow_ir.diagnostics import Diagnostic, errors_of

EVERY = 4
"""Of the mutations one in four is tried; 1 tries all of them, in half a minute."""
ADDED = ("zzz", "x-zzz", "play", "prompt", "default")
GROUPS = ("inputs", "models", "players", "steps")
FRAME = {"melody": "v1", "name": "frame", "steps": {"a": {"set": 1}}}

# What the reader sees and a schema cannot: the beginning of the reader's sentence, and why.
UNSEEN = {
    "the default does not fit its type": "a schema cannot check a value by the type beside it",
    "the enum's value": "as above, for `enum` with `type`",
    "`minimum` says nothing about": "which limits a type has depends on what the type says",
    "`minLength` says nothing about": "as above",
    "`minItems` says nothing about": "as above",
    "`pattern` says nothing about": "as above",
    "`pattern`: ": "a schema cannot read a regular expression",
    "no number lies between": "a schema cannot compare two numbers",
    "`max_open` is shorter than": "as above",
    "the shares of `ramp` must grow": "as above",
}
WHOLE = ("a whole number", "must be `all`, `any`, a number from 1")
"""JSON Schema takes 2.0 for a whole number; the reader does not."""


def _parts(tree: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str | None]]:
    """A document cut into small ones, which are faster to judge, and where to mutate each."""
    top = {key: value for key, value in tree.items() if key not in GROUPS}
    yield {**top, "steps": FRAME["steps"]}, None
    for group in GROUPS:
        for name, value in tree.get(group, {}).items():
            yield {**FRAME, group: {name: value}}, group


def _all_mutations() -> Iterator[tuple[Mutation, Kind]]:
    for path in MELODIES:
        for part, group in _parts(tree_of(path.read_text("utf-8"))):
            for mutation in mutations(part, below=group, keys=ADDED):
                yield mutation, "melody"
    for path in (*PROJECTS, *USERS):
        for mutation in mutations(tree_of(path.read_text("utf-8")), below=None, keys=ADDED):
            yield mutation, kind_of(path)


def _is_unseen(problem: Diagnostic) -> bool:
    said = problem.message
    return said.startswith(tuple(UNSEEN)) or any(words in said for words in WHOLE)


def _disagreement(tree: Any, kind: Kind = "melody") -> str | None:
    errors = errors_in(tree, kind)
    shape = [problem for problem in errors if problem.code in SHAPE]
    if not schema_accepts(tree, kind):
        return None if errors else "the schema refuses what the reader accepts"
    if all(_is_unseen(problem) for problem in shape):
        return None
    return f"the schema accepts what the reader refuses: {shape[0].message}"


@pytest.mark.parametrize("path", [*MELODIES, *PROJECTS, *USERS], ids=lambda path: path.stem)
def test_the_reader_and_the_schema_accept_every_valid_document(path: Path) -> None:
    text, kind = path.read_text("utf-8"), kind_of(path)
    assert [problem.message for problem in errors_of(problems_of(text, kind))] == []
    assert schema_accepts(tree_of(text), kind)


def test_the_reader_and_the_schema_agree_on_every_odd_value_at_every_place() -> None:
    tried = 0
    disagreements: list[str] = []
    for mutation, kind in itertools.islice(_all_mutations(), 0, None, EVERY):
        tried += 1
        said = _disagreement(mutation.tree, kind)
        if said is not None:
            disagreements.append(f"{mutation}: {said}")
    assert disagreements == []
    assert tried > 5000


BESIDE = {key for keys in BESIDE_A_VERB.values() for key in keys} | set(OF_A_MAP)
VALUES: dict[str, Any] = {
    "play": "coder", "run": "make", "set": 1, "steps": {}, "branch": [{"name": "a", "else": True}],
    "parallel": {"a": {"steps": {}}}, "repeat": {"max": 1, "until": "true", "steps": {}},
    "call": "a.melody.yaml", "approval": "Go on?", "wait": "1s", "fail": {"error": "a.b"},
    "with": {}, "prompt": "p", "parse": "json", "stdin": "s", "env": {}, "result": 1,
    "max_depth": 1, "show": {}, "form": "json", "assignees": [], "expires": "1s",
    "on_timeout": "fail", "on_reject": "fail", "as": "row", "concurrency": 1, "succeed_if": "any",
    "barrier_timeout": "1s", "for_each": [1],
    "python": "a:b", "command": ["a"], "model": "offline",
    "agent": {"role": "a", "goal": "b"}, "http": {"url": "https://a"},
    "mcp": {"url": "https://a"}, "temperature": 0, "top_p": 1, "max_tokens": 1, "seed": 1,
    "presence_penalty": 1, "frequency_penalty": 1, "reasoning_effort": "low", "system": "s",
    "plugin": "a", "framework": "a:b", "tools": [], "max_turns": 1, "tool": "a",
}  # fmt: skip


NEEDED = {"agent": {"model": "offline"}, "mcp": {"tool": "a"}}
"""What a kind cannot be without."""


@pytest.mark.parametrize("verb", VERBS)
def test_the_same_keys_may_stand_beside_a_verb(verb: str) -> None:
    step = {verb: VALUES[verb]}
    for more in ({}, {"for_each": [1]}):
        for key in sorted(BESIDE):
            tried = {**step, **more, key: VALUES[key]}
            undone = {"set": 1, "compensate": tried}
            assert _disagreement({**FRAME, "steps": {"a": tried}}) is None, key
            assert _disagreement({**FRAME, "steps": {"a": undone}}) is None, key


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_keys_may_stand_beside_a_kind_of_player(kind: str) -> None:
    for key in sorted({key for keys in BESIDE_A_KIND.values() for key in keys}):
        player = {kind: VALUES[kind], **NEEDED.get(kind, {}), key: VALUES.get(key, 1)}
        assert _disagreement({**FRAME, "players": {"a": player}}) is None, key


@pytest.mark.parametrize("pair", tuple(itertools.combinations(VERBS, 2)), ids="-".join)
def test_no_two_verbs_make_a_step(pair: tuple[str, str]) -> None:
    tree = {**FRAME, "steps": {"a": {verb: VALUES[verb] for verb in pair}}}
    assert not schema_accepts(tree)
    assert _disagreement(tree) is None


@pytest.mark.parametrize("pair", tuple(itertools.combinations(KINDS, 2)), ids="-".join)
def test_only_an_agent_and_its_model_stand_side_by_side(pair: tuple[str, str]) -> None:
    tree = {**FRAME, "players": {"a": {kind: VALUES[kind] for kind in pair}}}
    assert schema_accepts(tree) == (set(pair) == {"agent", "model"})
    assert _disagreement(tree) is None


# What the reader refuses and the schema does not, each with the reader's code and the reason.
BEYOND_A_SCHEMA = {
    "a command line is read as a shell would": ("MEL111", {"a": {"run": "cat a | sort"}}),
    "a quote is never closed": ("MEL111", {"a": {"run": "echo 'a"}}),
    "ten years are the longest": ("MEL118", {"a": {"wait": "4000d"}}),
    "a duration is rounded to zero": (
        "MEL118", {"a": {"set": 1, "policy": {"timeout": "0.000000001ms"}}},
    ),
    "a list is nested too deep in a type": (
        "MEL119", {"a": {"set": 1, "output": "list[list[list[list[list[zzz]]]]]"}},
    ),
    "bounds are in the wrong order": ("MEL119", {"a": {"set": 1, "output": "number(2..1)"}}),
    "an expression cannot be read": ("MEL120", {"a": {"set": 1, "when": "1 +"}}),
    "a template is never closed": ("MEL122", {"a": {"set": "${{ 1"}}),
    "two arms have one name": (
        "MEL107",
        {"a": {"branch": [{"name": "a", "when": "true"}, {"name": "a", "else": True}]}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("reason", BEYOND_A_SCHEMA)
def test_what_lies_beyond_a_schema_is_left_to_the_reader(reason: str) -> None:
    code, steps = BEYOND_A_SCHEMA[reason]
    tree = {**FRAME, "steps": steps}
    assert [problem.code for problem in errors_in(tree)] == [code]
    assert schema_accepts(tree)


def test_the_order_of_keys_is_left_to_the_reader() -> None:
    tree = {"name": "late", "steps": FRAME["steps"], "melody": "v1"}
    assert errors_in(tree) == ()  # a warning only
    assert schema_accepts(tree)


def test_every_listed_difference_between_the_two_exists() -> None:
    folder = MELODIES[0].parent
    trees = [tree_of((folder / f"{n}.melody.yaml").read_text("utf-8")) for n in ("types", "policy")]
    met = {
        begin
        for tree in trees
        for part, group in _parts(tree)
        for mutation in mutations(part, below=group, keys=())
        for problem in errors_in(mutation.tree)
        for begin in UNSEEN
        if problem.message.startswith(begin) and schema_accepts(mutation.tree)
    }
    assert met == set(UNSEEN)
