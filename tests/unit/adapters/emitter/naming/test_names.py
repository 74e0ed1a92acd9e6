from __future__ import annotations

import builtins
import keyword
import re
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.emitter.code import Code
from adapters.emitter.naming.names import LONGEST, Names, class_name, identifier, package_name
from adapters.emitter.naming.reserved import BUILTINS, KEYWORDS, STANDARD_MODULES
from adapters.emitter.project import is_portable
from tests.architecture.repository import ROOT

WORDS = [*keyword.kwlist, *keyword.softkwlist, *dir(builtins)]
ANY = st.text(st.characters(exclude_categories=()), max_size=80) | st.sampled_from(
    [*WORDS, "__init__", "__class__", "con", "com1", ""]
)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


@given(st.lists(ANY, max_size=30), st.lists(ANY, max_size=5))
def test_names_are_free_plain_and_different_where_case_does_not_count(
    texts: list[str], reserved: list[str]
) -> None:
    names = Names(reserved)
    given_ = [names.of(index, text) for index, text in enumerate(texts)]
    for name in given_:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
        assert name not in {*keyword.kwlist, *keyword.softkwlist}
        assert not hasattr(builtins, name)
        assert name.lower() not in {each.lower() for each in reserved}
        assert is_portable(f"{name}.py")
        assert isinstance(name, Code)
    assert len({_folded(name) for name in given_}) == len(given_)


@given(st.lists(ANY, max_size=30))
def test_classes_share_the_namespace(texts: list[str]) -> None:
    names = Names()
    given_ = [
        (names.class_of if index % 2 else names.of)(index, text) for index, text in enumerate(texts)
    ]
    assert len({_folded(name) for name in given_}) == len(given_)
    assert all(
        re.fullmatch(r"[A-Z][A-Za-z0-9]*_?", name) and name not in dir(builtins)
        for name in given_[1::2]
    )
    assert not any(keyword.iskeyword(name) for name in given_)


def test_the_same_key_always_has_the_same_name() -> None:
    names = Names()
    first = names.of("a", "draft")
    names.of("b", "draft")
    assert names.of("a", "something else") is first


def test_names_are_numbered_in_the_order_they_are_asked_for() -> None:
    names = Names()
    assert [names.of(key, "draft") for key in "abc"] == ["draft", "draft_2", "draft_3"]
    assert [names.class_of(key, "draft") for key in "xyz"] == ["Draft2", "Draft3", "Draft4"]
    assert names.of("d", "draft_2") == "draft_2_2"


def test_a_reserved_name_is_evaded() -> None:
    names = Names(["Policy", "run"])
    names.reserve("cast")
    assert [names.of(word, word) for word in ("policy", "run", "cast")] == [
        "policy_", "run_", "cast_",
    ]  # fmt: skip
    assert names.of("another", "policy") == "policy_2"


def test_an_inner_namespace_hides_nothing_and_gives_nothing_away() -> None:
    outer = Names(["policy"])
    outer.of("step", "draft")
    inner = outer.inner(["report"])
    assert inner.of("step", "draft") == "draft"
    assert inner.of("local", "draft") == "draft_2"
    assert [inner.of(word, word) for word in ("policy", "report")] == ["policy_", "report_"]
    assert outer.of("other", "draft") == "draft_2"
    assert outer.of("report", "report") == "report"


@pytest.mark.parametrize(
    ("text", "name"),
    [("Überprüfung", "uberprufung"), ("Straße", "strasse"), ("read the LOG", "read_the_log"),
     ("route.enhance", "route_enhance"), ("日本語", "unnamed"), ("a日b", "a_b"), ("", "unnamed"),
     ("class", "class_"), ("match", "match_"), ("_", "unnamed"), ("list", "list_"),
     ("aux", "aux_"), ("3", "n_3"), ("__class__", "class_"), ("true", "true"), ("ﬁle", "le"),
     ("𝐚𝐛", "unnamed"), ("\u212a", "unnamed")],
)  # fmt: skip
def test_how_a_text_becomes_a_name(text: str, name: str) -> None:
    assert identifier(text) == name


def test_a_long_text_is_cut() -> None:
    assert identifier("a" * 1000) == "a" * LONGEST
    assert len(class_name("b " * 1000)) == LONGEST


@given(ANY)
def test_a_package_hides_no_module(text: str) -> None:
    name = package_name(text)
    assert re.fullmatch(r"[a-z][a-z0-9_]*[a-z0-9]|[a-z]", name)
    assert name not in sys.stdlib_module_names
    assert name not in {"langgraph", "crewai", "melody", "tests", "workflow_ir"}
    assert not keyword.iskeyword(name)
    assert is_portable(f"src/{name}/x.py")


@pytest.mark.parametrize(
    ("text", "name"),
    [("json", "json_melody"), ("langgraph", "langgraph_melody"), ("class", "class_melody"),
     ("con", "con_melody"), ("tests", "tests_melody"), ("a-b", "a_b"), ("1", "n_1")],
)  # fmt: skip
def test_a_package_that_would_hide_one_is_called_otherwise(text: str, name: str) -> None:
    assert package_name(text) == name


def test_the_written_out_words_hold_those_of_this_python() -> None:
    assert {*keyword.kwlist, *keyword.softkwlist} <= KEYWORDS
    assert {name for name in dir(builtins) if not name.startswith("_")} <= {*BUILTINS, *KEYWORDS}
    assert {name for name in sys.stdlib_module_names if name[0] != "_"} <= STANDARD_MODULES


def test_names_are_the_same_for_every_hash_seed() -> None:
    program = (
        "from adapters.emitter.naming.names import Names; names = Names({'a', 'b', 'c'});"
        "print([names.of(i, t) for i, t in enumerate(['c', 'C', 'a', 'A', 'é', 'e'])])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT, env={"PYTHONHASHSEED": seed}, check=True, capture_output=True, text=True,
        ).stdout
        for seed in ("0", "1", "2")
    }  # fmt: skip
    assert said == {"['c_', 'c_2', 'a_', 'a_2', 'e', 'e_2']\n"}
