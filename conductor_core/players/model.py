"""A model player: one chat completion (spec 6)."""

from __future__ import annotations

from dataclasses import dataclass, field

from conductor_core.models.answer import ask_for_data, schema_for
from conductor_core.models.catalogue import Catalogue
from conductor_core.models.port import Message
from conductor_core.players.fill import Filler, as_text, from_evaluation
from conductor_core.ports import Grant, PlayRequest
from workflow_ir.expressions.errors import EvaluationError
from workflow_ir.outcome import StandardError, Success
from workflow_ir.players import ModelPlayer


@dataclass(frozen=True, slots=True)
class ModelPerformer:
    """Asks the model of an alias: ``system``, then the prompt or the ``with`` map as JSON."""

    player: ModelPlayer
    catalogue: Catalogue
    filler: Filler = field(default_factory=Filler)

    async def play(self, request: PlayRequest, grant: Grant) -> Success | StandardError:
        """A string, or with an output schema the JSON that the model gave.

        ``output.format`` after one more question where that cannot be parsed; else what the model
        failed of. Whatever was asked is paid, the failed attempt's too.
        """
        changed = dict(request.parameters)
        alias = str(changed.pop("model", self.player.model))
        found = self.catalogue.find(alias, request.path)
        if isinstance(found, StandardError):
            return found
        chat, model = found
        try:
            messages = self._messages(request)
        except EvaluationError as error:
            return from_evaluation(error, where=f"player {request.player!r}")
        answer = await ask_for_data(
            chat,
            messages,
            json_schema=schema_for(request.output),
            parameters={**model.parameters, **self.player.parameters, **changed},
            grant=grant,
        )
        if isinstance(answer, StandardError):
            return answer
        output, reply = answer
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
