from __future__ import annotations

import json

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


@pytest.mark.parametrize(
    ("pattern", "host", "allowed"),
    [
        ("api.x.test", "api.x.test", True),
        ("api.x.test", "API.X.TEST", True),
        ("API.x.test", "api.x.test", True),
        ("*.x.test", "a.b.x.test", True),
        ("*.x.test", "x.test", False),
        ("*.x.test", "x.test.evil", False),
        ("x.test", "evil-x.test", False),
        ("*", "anything", True),
    ],
)
def test_a_pattern_covers_hosts(pattern: str, host: str, allowed: bool) -> None:
    assert (Allow(http=(pattern,)).refuse_http(host) is None) is allowed


@pytest.mark.parametrize(
    ("host", "addresses", "allowed"),
    [
        ("localhost", (), False),
        ("localhost", ("127.0.0.1",), True),
        ("127.0.0.1", ("127.0.0.0/8",), True),
        ("127.0.0.1", ("10.0.0.0/8",), False),
        ("10.1.2.3", ("10.0.0.0/8",), True),
        ("169.254.169.254", (), False),
        ("::1", (), False),
        ("[::1]", ("::1",), True),
        ("::ffff:127.0.0.1", (), False),
        ("::ffff:127.0.0.1", ("127.0.0.1",), True),
        ("0.0.0.0", (), False),
        ("224.0.0.1", (), False),
        ("8.8.8.8", (), True),
        ("x.test", (), True),
    ],
)
def test_a_private_address_needs_leave_of_its_own(
    host: str, addresses: tuple[str, ...], allowed: bool
) -> None:
    allow = Allow(http=("*",), private_addresses=addresses)
    assert (allow.refuse_http(host) is None) is allowed


def test_a_server_is_allowed_exactly_as_it_is_written() -> None:
    allow = Allow(mcp=(("files", "--root", "."), "https://x.test/mcp"))
    assert allow.refuse_mcp(("files", "--root", ".")) is None
    assert allow.refuse_mcp("https://x.test/mcp") is None
    assert allow.refuse_mcp(("files", "--root", "/")) is not None
    assert allow.refuse_mcp(("files",)) is not None
    assert allow.refuse_mcp("https://x.test/mcp2") is not None


def test_a_plugin_is_allowed_by_pattern() -> None:
    assert Allow(plugin=("acme-*",)).refuse_plugin("acme-search") is None
    assert Allow(plugin=("acme-*",)).refuse_plugin("acme") is not None


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("mcp:https://x.test/mcp", Allow(mcp=("https://x.test/mcp",))),
        ("mcp:files --root 'a b'", Allow(mcp=(("files", "--root", "a b"),))),
        ('mcp:["files", "a b"]', Allow(mcp=(("files", "a b"),))),
        ("plugin:acme-*", Allow(plugin=("acme-*",))),
        ("private_addresses:10.0.0.0/8", Allow(private_addresses=("10.0.0.0/8",))),
        ("http:*.x.test", Allow(http=("*.x.test",))),
    ],
)
def test_every_kind_has_its_option(entry: str, expected: Allow) -> None:
    assert Allow.parse(entry) == expected


@pytest.mark.parametrize(
    "entry",
    [
        "http:https://x.test", "http:x.test/a", "http:x.test:80", "mcp:'open", "mcp:[1]", "mcp:[]",
        "mcp:[", "private_addresses:localhost", "private_addresses:x", "plugin:a b",
        "command:git log", "command:a;b",
    ],
)  # fmt: skip
def test_what_could_never_allow_anything_is_refused(entry: str) -> None:
    with pytest.raises(AllowError):
        Allow.parse(entry)


def test_a_pattern_with_many_stars_is_compared_quickly() -> None:
    allow = Allow(python=("*a" * 2000 + "b",))
    assert allow.refuse_python("a" * 50_000) is not None


@pytest.mark.parametrize("word", ["true", "NULL", "a, b", "[x", "", "1", "a'b", "."])
def test_words_that_yaml_would_read_otherwise_are_quoted(word: str) -> None:
    refusal = Allow().refuse_mcp(("x", word))
    assert refusal is not None
    assert refusal.line == f"allow: {{mcp: [[x, {json.dumps(word)}]]}}"
