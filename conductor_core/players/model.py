"""A model player: one chat completion (spec 6)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conductor_core.failure.shown import shown
from conductor_core.models.catalogue import find_model
from conductor_core.models.port import Message
from conductor_core.players.fill import Filler, as_text, from_evaluation
from conductor_core.players.json_data import NotJsonError, json_data
from conductor_core.ports import Grant, PlayRequest
from workflow_ir.expressions.errors import EvaluationError
from workflow_ir.outcome import StandardError, Success
from workflow_ir.players import Model, ModelPlayer


@dataclass(frozen=True, slots=True)
class ModelPerformer:
    """Asks the model of an alias: ``system``, then the prompt or the ``with`` map as JSON."""

    player: ModelPlayer
    models: Mapping[str, Model]
    offline: bool = False
    """Every model is replaced by the offline one."""
    filler: Filler = field(default_factory=Filler)

    async def play(self, request: PlayRequest, grant: Grant) -> Success | StandardError:
        """A string, or with an output schema the JSON that the model gave."""
        del grant  # one request, cancelled by the conductor at the deadline
        changed = dict(request.parameters)
        alias = str(changed.pop("model", self.player.model))
        found = find_model(alias, self.models, offline=self.offline)
        if isinstance(found, StandardError):
            return found
        chat, model = found
        try:
            messages = self._messages(request)
        except EvaluationError as error:
            return from_evaluation(error, where=f"player {request.player!r}")
        reply = await chat.complete(messages, request.output, {**model.parameters, **changed})
        if isinstance(reply, StandardError):
            return reply
        output: Any = reply.text
        if request.output is not None:
            try:
                output = json_data(json.loads(reply.text))
            except (ValueError, RecursionError, NotJsonError) as error:
                return StandardError.of(
                    "output.format", shown(f"{reply.model} gave no JSON: {error}"), origin="model"
                )
        return Success(
            output,
            usd=reply.usd,
            tokens=reply.input_tokens + reply.output_tokens,
            synthetic=reply.synthetic,
        )

    def _messages(self, request: PlayRequest) -> list[Message]:
        messages = []
        if self.player.system is not None:
            system = self.filler.text(self.player.system, request.with_)
            messages.append(Message("system", system))
        if request.prompt is not None:
            messages.append(Message("user", request.prompt))
        elif request.has_with:
            messages.append(Message("user", as_text(request.with_)))
        return messages
