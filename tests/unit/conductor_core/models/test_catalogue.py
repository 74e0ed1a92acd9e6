from __future__ import annotations

import json
from pathlib import Path

import pytest

from conductor_core.models.catalogue import Backing, Catalogue
from conductor_core.models.offline import OfflineModel
from conductor_core.models.providers import keys_in_use
from conductor_core.players.script import Script
from tests.unit.conductor_core.models.asking import error_of
from workflow_ir.outcome import StandardError
from workflow_ir.players import Model

NAMES = {
    "gpt": "openai/gpt",
    "claude": "anthropic/c",
    "typo": "opnai/gpt",
    "odd": "acme/x",
    "heard": "scripted/writer",
    "taped": "replay/calls.jsonl",
    "outside": "replay/../calls.jsonl",
}
MODELS = {name: Model(model=model) for name, model in NAMES.items()}


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for key in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
        monkeypatch.delenv(key, raising=False)


@pytest.mark.parametrize("alias", ["offline", "offline/basic"])
def test_the_built_in_alias_and_the_full_name_are_offline_models(alias: str) -> None:
    found = Catalogue().find(alias)
    assert not isinstance(found, StandardError)
    assert isinstance(found[0], OfflineModel)


def test_offline_replaces_every_model_and_keeps_its_parameters() -> None:
    models = {"gpt": Model(model="openai/gpt", parameters={"seed": 3})}
    found = Catalogue(models, Backing(offline=True)).find("gpt")
    assert not isinstance(found, StandardError)
    assert isinstance(found[0], OfflineModel)
    assert found[1].parameters == {"seed": 3}


@pytest.mark.parametrize(
    ("alias", "fact"),
    [
        (
            "gpt",
            "needs a key; set the environment variable 'OPENAI_API_KEY', or run with --offline",
        ),
        ("claude", "set the environment variable 'ANTHROPIC_API_KEY'"),
        ("typo", "did you mean 'openai'?"),
        ("odd", "where 'acme/x' answers is not known; write its `base_url:`"),
        ("gtp", "there is no model 'gtp'; did you mean 'gpt'?"),
        ("offline/better", "write 'offline/basic'"),
        ("heard", "is read from a script, and there is none; give a script by --script"),
        ("taped", "cannot read"),
        ("outside", "lies outside the project"),
    ],
)
def test_a_model_that_cannot_be_asked_says_what_to_do(
    alias: str, fact: str, tmp_path: Path
) -> None:
    catalogue = Catalogue(MODELS, Backing(folder=tmp_path))
    error = error_of(catalogue.find(alias))
    assert error.code == "config.model"
    assert fact in error.message
    unready = catalogue.unready(alias)
    assert unready is not None
    assert unready.as_error() == error


def test_a_key_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "very secret\nvalue")
    error = error_of(Catalogue().find("openai/gpt"))
    assert "'OPENAI_API_KEY' holds signs that no key has" in error.message
    assert "very" not in json.dumps(error.to_json())


def test_a_model_with_a_key_is_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", " a-key-with-a-newline\n")
    assert Catalogue(MODELS).unready("gpt") is None


def test_a_run_with_a_script_asks_no_model_that_the_script_does_not_know(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "a-key")
    script = Script.read({"models": {"writer": {"return": "x"}}})
    catalogue = Catalogue(MODELS, Backing(script=script, offline=True))
    assert [catalogue.is_scripted(alias) for alias in ("heard", "gpt", "gtp")] == [
        True,
        False,
        False,
    ]
    error = error_of(catalogue.find("gpt"))
    assert error.code == "config.missing"
    assert "add one under `models:`" in error.message


def test_the_keys_of_all_providers_that_are_used_are_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("OPENAI_API_KEY", "GROQ_API_KEY", "OLLAMA_API_KEY", "OTHER_API_KEY"):
        monkeypatch.setenv(name, f"value of {name}\n")
    assert set(keys_in_use(["ollama/x", "litellm/groq/y"])) == {
        "OPENAI_API_KEY",
        "GROQ_API_KEY",
        "OLLAMA_API_KEY",
    }
    assert keys_in_use([])["OPENAI_API_KEY"] == "value of OPENAI_API_KEY"
