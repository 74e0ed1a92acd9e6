from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_ir.canonical import canonical_json, digest, plain
from workflow_ir.policy import Gate, Importance, Policy, Retry
from workflow_ir.steps import Guard, Play
from workflow_ir.values import ExprValue

DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(DATA)
def test_canonical_json_is_the_same_data(data: object) -> None:
    assert json.loads(canonical_json(plain(data))) == data


@given(st.dictionaries(st.text(), DATA, max_size=6))
def test_the_order_of_keys_does_not_change_it(data: dict[str, object]) -> None:
    turned = dict(reversed(data.items()))
    assert canonical_json(plain(turned)) == canonical_json(plain(data))
    assert digest(plain(turned)) == digest(plain(data))


def test_it_has_no_white_space_and_writes_text_as_utf_8() -> None:
    assert canonical_json({"b": [1, 2.5], "a": "ä"}) == '{"a":"ä","b":[1,2.5]}'.encode()


def test_a_digest_names_its_kind() -> None:
    kind, _, text = digest(None).partition(":")
    assert kind == "sha256"
    assert text == "74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b"


@pytest.mark.parametrize(("one", "other"), [(1, True), (1, 1.0), (0, False), ("1", 1), ([], {})])
def test_values_that_python_takes_for_equal_or_alike_are_told_apart(
    one: object, other: object
) -> None:
    assert digest(plain(one)) != digest(plain(other))


def test_numbers_that_are_not_json_are_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(math.nan)


def test_what_is_no_data_of_the_ir_is_refused() -> None:
    with pytest.raises(TypeError, match="not IR data: set"):
        plain({1, 2})


def test_defaults_are_left_out_and_discriminators_stay() -> None:
    guard = Guard(kind="guard", body=Play(kind="play", player="p"))
    assert plain(guard) == {"kind": "guard", "body": {"kind": "play", "player": "p"}}


def test_what_differs_from_its_default_is_written_even_if_it_is_empty_or_null() -> None:
    guard = Guard(
        kind="guard",
        on_failure=(),
        policy=Policy(retry=Retry(max_attempts=2)),
        importance=Importance.LOW,
        body=Play(kind="play", player="p"),
    )
    assert plain(guard) == {
        "kind": "guard",
        "on_failure": [],
        "policy": {"retry": {"max_attempts": 2}},
        "importance": "low",
        "body": {"kind": "play", "player": "p"},
    }


def test_places_are_written_and_never_hashed() -> None:
    gate = Gate(check=ExprValue(kind="expr", source="true", at="1:1-1:5"))
    assert plain(gate) == {"check": {"kind": "expr", "source": "true", "at": "1:1-1:5"}}
    assert plain(gate, hashed=True) == {"check": {"kind": "expr", "source": "true"}}


def test_data_of_the_author_may_have_keys_that_are_not_hashed_in_models() -> None:
    data = {"at": 1, "label": 2, "description": 3, "file": 4}
    assert plain({"schema": data}, hashed=True) == {"schema": data}
