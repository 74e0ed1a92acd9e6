from __future__ import annotations

import re

import pytest

from workflow_ir.codes import CODES, CodeInfo


@pytest.mark.parametrize("info", CODES.values(), ids=list(CODES))
def test_a_code_says_what_it_means_and_what_to_do(info: CodeInfo) -> None:
    assert re.fullmatch(r"MEL[1-69][0-9]{2}", info.code)
    assert not info.title.endswith(".")
    assert info.cause.endswith(".")
    assert info.cure.endswith(".")
    assert 1 <= info.cause.count(". ") + 1 <= 4
    assert info.cause != info.cure


def test_codes_stand_in_the_order_of_their_numbers() -> None:
    assert list(CODES) == sorted(CODES)


def test_the_key_of_a_code_is_its_name() -> None:
    assert all(key == info.code for key, info in CODES.items())


def test_bad_and_good_examples_differ() -> None:
    examples = [info.example for info in CODES.values() if info.example]
    assert examples
    assert all(example.bad != example.good for example in examples)
