from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.importers.command_words import Mark, OpenQuoteError, Word, tokens_of


def words(text: str) -> list[str]:
    return [token.text for token in tokens_of(text) if isinstance(token, Word)]


def marks(text: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in tokens_of(text) if isinstance(token, Mark)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("make  data", ["make", "data"]),
        ("echo 'a  b' \"c d\"", ["echo", "a  b", "c d"]),
        ("echo a'b'\"c\"d", ["echo", "abcd"]),
        (r"echo a\ b \' \\", ["echo", "a b", "'", "\\"]),
        (r'echo "a\"b\\c\nd"', ["echo", 'a"b\\c\\nd']),
        ("echo '' \"\"", ["echo", "", ""]),
        ("echo \\\n next", ["echo", "next"]),
        ('echo "a\\\nb"', ["echo", "ab"]),
        ("echo 'a\nb'", ["echo", "a\nb"]),
        ("grüße 世界 😀", ["grüße", "世界", "😀"]),
        ("", []),
    ],
)
def test_quotes_and_backslashes_mean_what_they_mean_to_a_shell(
    text: str, expected: list[str]
) -> None:
    assert words(text) == expected


def test_unquoted_operators_are_marks_wherever_they_stand() -> None:
    assert marks("a&&b || (c) | d;e >f <g & `h` $(i) >>j") == [
        ("and", "&&"), ("or", "||"), ("open", "("), ("close", ")"), ("shell", "|"), ("shell", ";"),
        ("shell", ">"), ("shell", "<"), ("shell", "&"), ("shell", "`"), ("shell", "`"),
        ("shell", "$("), ("close", ")"), ("shell", ">>"),
    ]  # fmt: skip


def test_a_quoted_operator_is_text() -> None:
    assert marks("echo '&& || ; | > <' \"`$(x)\" \\; \\&\\&") == []


@pytest.mark.parametrize(
    ("text", "replaced"),
    [
        ("echo $HOME", "$HOME"), ("echo a${B}c", "${B}"), ('echo "x $Y"', "$Y"),
        ("rm *.tmp", "*"), ("rm a*", "*"), ("ls ~", "~"), ("ls ~/x", "~"), ("echo $?", "$?"),
    ],
)  # fmt: skip
def test_a_word_tells_what_a_shell_would_replace(text: str, replaced: str) -> None:
    (found,) = [one.replaced for one in tokens_of(text) if isinstance(one, Word) and one.replaced]
    assert text[slice(*found)] == replaced


@pytest.mark.parametrize("text", ["echo '$HOME *'", r"echo \$HOME", "echo a~ $ 5$", "x ${{ y }}"])
def test_what_no_shell_would_replace_is_not_told(text: str) -> None:
    assert not any(isinstance(one, Word) and one.replaced for one in tokens_of(text))


@pytest.mark.parametrize(("text", "start"), [("a 'b", 2), ('a "b\\"', 2), ("'", 0)])
def test_an_open_quote_is_told_with_its_place(text: str, start: int) -> None:
    with pytest.raises(OpenQuoteError) as raised:
        tokens_of(text)
    assert raised.value.start == start


@given(st.lists(st.text(min_size=0, max_size=12), max_size=6))
def test_what_shlex_joins_is_split_again(argv: list[str]) -> None:
    assert words(shlex.join(argv)) == argv


@given(st.text(alphabet="ab '\"\\&|();<>`$\n\t.é", max_size=40))
def test_any_text_gives_words_or_an_open_quote(text: str) -> None:
    try:
        tokens = tokens_of(text)
    except OpenQuoteError as error:
        tokens = tokens_of(text[: error.start])
    edges = [edge for token in tokens for edge in (token.start, token.end)]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)
