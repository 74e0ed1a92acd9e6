from __future__ import annotations

import pytest

from workflow_ir.allow import Allow, AllowError


@pytest.mark.parametrize(
    ("pattern", "target", "allowed"),
    [
        ("samples.*", "samples.scoring:score", True),
        ("samples.*", "samples.deep.er:score", True),
        ("samples.*", "samples:score", False),
        ("samples", "samples:score", True),
        ("samples", "samples.scoring:score", False),
        ("samples.*", "samplesX.scoring:score", False),
        ("samples.*", "Samples.scoring:score", False),
        ("*", "os:system", True),
        ("a.*.c", "a.b.c:f", True),
        ("s.m", "sxm:f", False),
    ],
)
def test_a_pattern_covers_whole_modules(pattern: str, target: str, allowed: bool) -> None:
    assert (Allow(python=(pattern,)).refuse_python(target) is None) is allowed


@pytest.mark.parametrize(
    ("program", "allowed"), [("git", True), ("./git", False), ("/bin/git", False), ("GIT", False)]
)
def test_a_program_is_compared_as_written(program: str, allowed: bool) -> None:
    assert (Allow(command=("git",)).refuse_command(program) is None) is allowed


def test_nothing_is_allowed_unless_it_is_written() -> None:
    assert Allow().refuse_command("git") is not None
    assert Allow().refuse_python("m:f") is not None


def test_a_refusal_says_what_would_allow_it() -> None:
    refusal = Allow().refuse_command("git")
    assert refusal is not None
    assert refusal.line == "allow: {command: [git]}"
    assert refusal.option == "--allow command:git"


def test_a_program_that_yaml_would_misread_is_quoted_in_the_line() -> None:
    refusal = Allow().refuse_command("a: b")
    assert refusal is not None
    assert refusal.line == 'allow: {command: ["a: b"]}'


def test_two_lists_allow_what_one_of_them_does() -> None:
    both = Allow(command=("git",)) | Allow(command=("make",), python=("m",))
    assert both == Allow(command=("git", "make"), python=("m",))


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("python:samples.*", Allow(python=("samples.*",))),
        ("command:git", Allow(command=("git",))),
        ("http:example.com", Allow(http=("example.com",))),
    ],
)
def test_an_option_allows_one_thing(entry: str, expected: Allow) -> None:
    assert Allow.parse(entry) == expected


@pytest.mark.parametrize(
    ("entry", "hint"),
    [
        ("git", "KIND is one of"),
        ("comand:git", "did you mean 'command'?"),
        ("command:", "names nothing"),
        ("python:a b", "not a dotted module pattern"),
        ("", "KIND is one of"),
    ],
)
def test_an_option_that_means_nothing_is_refused_with_a_hint(entry: str, hint: str) -> None:
    with pytest.raises(AllowError) as caught:
        Allow.parse(entry)
    assert hint in str(caught.value)
