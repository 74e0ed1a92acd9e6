"""From a model alias to a model that answers, or to the reason why none does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from conductor_core.models.anthropic import Anthropic
from conductor_core.models.cassette import Cassette, Replayed
from conductor_core.models.exchange import Server
from conductor_core.models.langchain import LangChainModel
from conductor_core.models.litellm import LiteLLMModel
from conductor_core.models.offline import OfflineModel
from conductor_core.models.openai_compatible import OpenAICompatible
from conductor_core.models.port import ChatModel
from conductor_core.models.providers import OTHERS, PROVIDERS, address_of, key_of
from conductor_core.models.recorder import Recorder
from conductor_core.models.scripted import ScriptedModel
from conductor_core.models.tape import CassetteError
from conductor_core.models.unready import Unready
from conductor_core.players.allow import refused
from conductor_core.players.script import Script
from conductor_core.players.scripted import Consumed
from workflow_ir.allow import Allow
from workflow_ir.nearest import nearest
from workflow_ir.outcome import StandardError
from workflow_ir.players import Model

OFFLINE_ALIAS = "offline"
"""The built-in alias of ``offline/basic`` (spec 8, Text)."""

LANGCHAIN = "langchain:"
"""Before the ``module:object`` of a ``BaseChatModel``."""


@dataclass(frozen=True, slots=True)
class Backing:
    """What stands behind the models of one run, alike for all its Melodies."""

    offline: bool = False
    """Every model is replaced by ``offline/basic`` (``--offline``)."""
    script: Script | None = None
    """A run with one asks no model that it has no entry for."""
    consumed: Consumed = field(default_factory=Consumed)
    """How far the lists of the script are."""
    replay: Cassette | None = None
    """Answers for every model (``--replay``)."""
    record: Recorder | None = None
    """Gets every call (``--record``)."""
    allow: Allow = field(default_factory=Allow)
    trusted: frozenset[str] = frozenset()
    """Addresses of models that the project gives, or the command line; any other is to be
    allowed (spec 8, Further rulings)."""
    folder: Path = Path()
    """Of the project: modules and cassettes are found there."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The models of one Melody."""

    models: Mapping[str, Model] = field(default_factory=dict)
    """The Melody's and the project's aliases."""
    backing: Backing = field(default_factory=Backing)

    def find(self, alias: str, path: str = "") -> tuple[ChatModel, Model] | StandardError:
        """The model behind an alias, and its parameters.

        Args:
            alias: A name of ``models``, ``offline``, or ``provider/name`` itself.
            path: Run path of the performance that asks; scripts count by it.

        Returns:
            Both; or ``config.model``, ``config.missing`` (the script has no entry),
            ``policy.not_allowed`` (its address or module is not).
        """
        model = self._model(alias)
        if isinstance(model, Unready):
            return model.as_error()
        chat = self._chat(alias, model, path)
        if isinstance(chat, Unready):
            return chat.as_error()
        if isinstance(chat, StandardError):
            return chat
        record = self.backing.record
        return (chat if record is None else record.over(chat, model.model)), model

    def is_scripted(self, alias: str) -> bool:
        """Whether the script of the run has an entry for the model."""
        model, script = self._model(alias), self.backing.script
        if isinstance(model, Unready) or script is None:
            return False
        return script.model_entry(alias, model.model) is not None

    def unready(self, alias: str) -> Unready | None:
        """Why a model cannot be asked from here, as far as that shows before a run."""
        model = self._model(alias)
        if isinstance(model, Unready):
            return model
        chat = self._chat(alias, model, "")
        return chat if isinstance(chat, Unready) else None

    def _model(self, alias: str) -> Model | Unready:
        known = {OFFLINE_ALIAS: Model(model="offline/basic"), **self.models}
        model = known.get(alias)
        if model is None and ("/" in alias or alias.startswith(LANGCHAIN)):
            model = Model(model=alias)
        if model is not None:
            return model
        meant = nearest(alias, known)
        cure = f"did you mean {meant!r}? Correct it" if meant else "write it under `models:`"
        return Unready(f"there is no model {alias!r}", cure)

    def _chat(self, alias: str, model: Model, path: str) -> ChatModel | Unready | StandardError:
        backing = self.backing
        if backing.script is not None:
            entry = backing.script.model_entry(alias, model.model)
            if entry is None:
                return StandardError.of(
                    "config.missing",
                    f"the script has no entry for model {alias!r}; add one under `models:`",
                    origin="conductor",
                )
            return ScriptedModel(backing.script.models[entry], backing.consumed, entry, path)
        if backing.replay is not None:
            return Replayed(backing.replay, model.model)
        if backing.offline:
            return OfflineModel()
        return self._of_provider(model)

    def _of_provider(self, model: Model) -> ChatModel | Unready | StandardError:
        if model.model.startswith(LANGCHAIN):
            target = model.model.removeprefix(LANGCHAIN)
            no = self.backing.allow.refuse_python(target, what="model")
            return refused(no) or LangChainModel(target, self.backing.folder)
        provider, _, name = model.model.partition("/")
        match provider:
            case "offline":
                if name == "basic":
                    return OfflineModel()
                return Unready(f"{model.model!r} is unknown", "write 'offline/basic'")
            case "scripted":
                cure = "give a script by --script that has this name under `models:`"
                return Unready(f"{model.model!r} is read from a script, and there is none", cure)
            case "replay":
                return self._replayed(model.model, name)
            case "litellm":
                return LiteLLMModel.of(name)
            case _:
                return self._served(model, provider, name)

    def _served(
        self, model: Model, provider: str, name: str
    ) -> ChatModel | Unready | StandardError:
        meant = nearest(provider, [*PROVIDERS, *OTHERS])
        if model.base_url is None and provider not in PROVIDERS and meant is not None:
            fact = f"{provider!r} of model {model.model!r} is no known provider"
            return Unready(fact, f"did you mean {meant!r}? Correct it")
        address = address_of(provider, model.model, model.base_url)
        if isinstance(address, Unready):
            return address
        written = model.base_url is not None and model.base_url not in self.backing.trusted
        guard = self.backing.allow if written else None
        key = key_of(provider, model.model)
        if isinstance(key, Unready):
            return key
        if provider == "anthropic":
            return Anthropic(Server(model.model, address, key, guard), name)
        return OpenAICompatible(Server(model.model, address, key, guard), name)

    def _replayed(self, model: str, name: str) -> ChatModel | Unready:
        path = Path(name)
        if path.is_absolute() or ".." in path.parts:
            return Unready(f"{model!r} lies outside the project", "write a path below its folder")
        try:
            return Replayed(Cassette.of_file(self.backing.folder / path), None)
        except CassetteError as error:
            return Unready(f"{model!r}: {error}", "record it by --record")
