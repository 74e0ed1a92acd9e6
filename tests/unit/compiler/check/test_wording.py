from __future__ import annotations

import pytest

from compiler.check.wording import as_phrase, repeats


@pytest.mark.parametrize(
    ("sentence", "phrase"),
    [
        ("There is no step 'aa' here.", "there is no step `aa` here"),
        ("`x['a']` may be null.", "`x['a']` may be null"),
        ("The loop's name 'i' is taken.", "the loop's name `i` is taken"),
        ("Use it as len(x).", "use it as `len(x)`"),
        ("len is given 2 values.", "len is given 2 values"),
        ("len: integer is not string.", "`len`: integer is not string"),
        ("`+` cannot take it.", "`+` cannot take it"),
        ("JSON is wanted.", "JSON is wanted"),
    ],
)
def test_a_sentence_becomes_a_phrase(sentence: str, phrase: str) -> None:
    assert as_phrase(sentence) == phrase


@pytest.mark.parametrize("help_", ["did you mean `a`?", "write `a`"])
def test_a_hint_that_only_repeats_the_suggestion_is_known(help_: str) -> None:
    assert repeats(help_, "a")
    assert repeats(help_, '"a"')
    assert not repeats(help_, "b")
    assert not repeats(None, "a")
