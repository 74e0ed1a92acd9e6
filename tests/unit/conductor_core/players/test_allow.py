from __future__ import annotations

import pytest

from conductor_core.players.allow import refused
from workflow_ir.allow import Allow, AllowError


@pytest.mark.parametrize(
    ("pattern", "target", "allowed"),
    [
        ("samples.*", "samples.notes:draft", True),
        ("samples.*", "samples.01_notes.players.draft:run", True),
        ("samples.*", "samples:draft", False),
        ("samples.*", "samples_evil.x:draft", False),
        ("samples.*", "samplesXevil:draft", False),
        ("samples", "samples:draft", True),
        ("samples", "samples.inner:draft", False),
        ("*.tools", "a.b.tools:x", True),
        ("*", "anything.at.all:x", True),
        ("a.[bc]", "a.b:x", False),
        ("Samples.*", "samples.x:y", False),
    ],
)
def test_python_is_allowed_by_dotted_pattern(pattern: str, target: str, *, allowed: bool) -> None:
    assert (Allow(python=(pattern,)).refuse_python(target) is None) is allowed


@pytest.mark.parametrize("program", ["./git", "/usr/bin/git", "gitk", "GIT", "git "])
def test_a_program_is_allowed_by_its_name_as_written(program: str) -> None:
    assert Allow(command=("git",)).refuse_command("git") is None
    assert Allow(command=("git",)).refuse_command(program) is not None


def test_nothing_is_allowed_by_default() -> None:
    assert Allow().refuse_python("a:b") is not None
    assert Allow().refuse_command("git") is not None


def test_a_refusal_has_the_line_to_add_and_the_option() -> None:
    error = refused(Allow().refuse_python("players.draft:one"))
    assert error is not None
    assert error.code == "policy.not_allowed"
    assert "add `allow: {python: [players.draft]}` to melody.project.yaml" in error.message
    assert "`--allow python:players.draft`" in error.message
    command = refused(Allow().refuse_command("g++ x"))
    assert command is not None
    assert 'allow: {command: ["g++ x"]}' in command.message


def test_options_are_read_and_added_to_the_project() -> None:
    both = Allow(python=("a.*",)) | Allow.parse("python:samples.*") | Allow.parse("command:git")
    assert both == Allow(python=("a.*", "samples.*"), command=("git",))


@pytest.mark.parametrize(
    ("entry", "fact"),
    [
        ("samples.*", "is not KIND:PATTERN"),
        ("pyton:x", "did you mean 'python'?"),
        ("sql:x", "KIND is one of python, command, http, private_addresses, mcp, plugin"),
        ("python:", "names nothing after the colon"),
        ("python:a b", "is not a dotted module pattern"),
    ],
)
def test_an_option_that_means_nothing_is_refused(entry: str, fact: str) -> None:
    with pytest.raises(AllowError, match=fact.replace("?", r"\?")):
        Allow.parse(entry)
