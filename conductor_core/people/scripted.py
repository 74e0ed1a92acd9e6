"""Answers out of a script (spec 8, Scripts): ``answer``, ``sleep`` before it, ``hang: D``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from conductor_core.failed import StepFault
from conductor_core.people.answered import WrongAnswer, answered
from conductor_core.people.nobody import Nobody
from conductor_core.players.script import Behaviour, Script
from conductor_core.players.scripted import Consumed
from conductor_core.ports import Answer, People, PlayerClock, Question
from workflow_ir.outcome import StandardError


@dataclass(frozen=True, slots=True)
class ScriptedPeople:
    """Answers as a script says; implements ``ports.People``. One for each run.

    Entries stand under ``steps``; the script's ``default`` plays players and answers nobody.
    """

    script: Script
    otherwise: People = field(default_factory=Nobody)
    """Who is asked where the script has no entry."""
    _consumed: Consumed = field(default_factory=Consumed, init=False)

    def present(self, path: str, /) -> bool:
        """The script has an entry of its own for this path, or whoever is asked otherwise is."""
        return self.script.entry(path) is not None or self.otherwise.present(path)

    async def ask(self, question: Question, clock: PlayerClock, /) -> Answer | None:
        """The next entry for this path. None: a list that ended in ``hang`` has nobody behind it.

        Raises:
            StepFault: ``input.invalid``: the answer does not fit the form; ``config.invalid``: an
                entry that is no answer.
        """
        acts = self.script.entry(question.path)
        if acts is None:
            return await self.otherwise.ask(question, clock)
        for _ in acts.acts:
            behaviour = self._consumed.next(acts, question.path, "")
            if not isinstance(behaviour, Behaviour):
                raise _no_answer(question, "cases")
            if behaviour.sleep_s > 0:
                await clock.sleep(behaviour.sleep_s, path=question.path)
            if behaviour.kind != "hang":
                return _answer(question, behaviour)
            await clock.sleep(behaviour.value, path=question.path)
        return None


def _answer(question: Question, behaviour: Behaviour) -> Answer:
    payload = question.event is not None and behaviour.kind == "return"
    if behaviour.kind != "answer" and not payload:
        raise _no_answer(question, behaviour.kind)
    try:
        return answered(question, behaviour.value)
    except WrongAnswer as wrong:
        raise StepFault(
            StandardError.of(
                "input.invalid",
                f"the script's answer to {question.path!r} does not fit: {wrong}",
                origin="user",
                layer="user",
            )
        ) from None


def _no_answer(question: Question, kind: str) -> StepFault:
    wanted = "`answer`, `return` or `hang`" if question.event is not None else "`answer` or `hang`"
    text: Any = f"the script's entry for {question.path!r} is `{kind}`; write {wanted}"
    return StepFault(StandardError.of("config.invalid", text, origin="user", layer="user"))
