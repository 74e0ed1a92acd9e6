"""``docs/models.md``: its examples do what it says, and it tells of every provider and key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from compiler.language.model import SAMPLING
from conductor_core.models.providers import OTHERS, PROVIDERS
from conductor_core.players.script import OF_MODELS
from tests.documents.typed_page import type_page

PAGE = Path(__file__).parents[2] / "docs/models.md"
TEXT = PAGE.read_text("utf-8")


def _section(heading: str) -> str:
    return TEXT.split(f"## {heading}\n")[1].split("\n## ")[0]


def test_every_command_of_the_page_shows_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for provider in PROVIDERS.values():
        monkeypatch.delenv(provider.key, raising=False)
        monkeypatch.delenv(provider.address, raising=False)
    monkeypatch.chdir(tmp_path)
    assert type_page(PAGE) > 6


def test_the_page_lists_every_provider_and_the_variables_of_its_key() -> None:
    listed = re.findall(r"^\| `(\w+)[/:]", _section("Aliases"), re.MULTILINE)
    assert set(listed) == {"provider", *PROVIDERS, *OTHERS, "ANY", "langchain"}
    for provider in PROVIDERS.values():
        assert f"`{provider.key}`" in TEXT
        assert f"`{provider.address}`" in TEXT


def test_the_page_names_every_key_of_sampling() -> None:
    said = re.findall(r"`([a-z_]+)`", _section("Sampling").split(" may stand")[0])
    assert sorted(said) == sorted(SAMPLING)


def test_the_page_names_every_behaviour_of_a_scripted_model() -> None:
    rows = re.findall(r"^\| (`.*?) \|", _section("Scripts"), re.MULTILINE)
    said = re.findall(r"`([a-z_]+): ", " ".join(rows))
    assert sorted(said) == sorted([*OF_MODELS, "cases"])
