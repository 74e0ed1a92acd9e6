"""``ports.People`` at a terminal: one question after the other, its form field by field."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from typing import TextIO

from pydantic import JsonValue

from conductor_core.people.answered import WrongAnswer, answered
from conductor_core.ports import Answer, PlayerClock, Question
from melody.cli.asking.form_fields import FormField, LeftOutError, UnfitError, fields_of
from melody.cli.asking.typed_lines import TypedLines
from melody.cli.output import print_text
from melody.cli.readable import readable
from melody.cli.terminal import styled
from melody.cli.view.words import seconds
from workflow_ir.visible import visible

_CHOICES = {"a": "approve", "approve": "approve", "r": "reject", "reject": "reject"}


class _InputClosedError(Exception):
    """Whoever typed has gone (Ctrl-D)."""


@dataclass(slots=True)
class AtTheTerminal:
    """Asks whoever sits at the terminal."""

    lines: TypedLines
    screen: TextIO
    interrupting: Callable[[], AbstractContextManager[None]]
    """Holds back everything else that is drawn, so that a question can be read."""
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def ask(self, question: Question, _clock: PlayerClock, /) -> Answer | None:
        """Ask; None where the input was closed, and for an event, which no person sends."""
        if question.event is not None:
            return None
        async with self._turn:
            with self.interrupting():
                try:
                    return await self._answer(question)
                except _InputClosedError:
                    self._say("", "no answer: the step stays waiting")
                    return None
                except asyncio.CancelledError:
                    self._say("", f"`{visible(question.path)}` is asked no more")
                    raise

    async def _answer(self, question: Question) -> Answer:
        self._show(question)
        while True:
            try:
                return answered(question, await self._given(question))
            except WrongAnswer as error:  # what holds between fields shows at the end only
                for problem in error.problems:
                    self._say(f"  {visible(problem)}")

    async def _given(self, question: Question) -> dict[str, JsonValue]:
        given: dict[str, JsonValue] = {"choice": await self._choice()}
        if given["choice"] == "approve":
            for each in fields_of(question.form):
                with suppress(LeftOutError):
                    given[each.name] = await self._field(each)
        return given

    def _show(self, question: Question) -> None:
        head = styled("message", f"? {visible(question.path)}", err=True)
        names = ", ".join(map(visible, question.assignees))
        asked = f" (for {names})" if names else ""
        limit = f", within {seconds(question.expires_s)}" if question.expires_s else ""
        self._say("", f"{head}{asked}{limit}")
        for line in visible(question.text.expandtabs(4), breaks=True).splitlines():
            self._say(f"  {line}")
        for line in readable(question.show):
            self._say(f"  | {line}")

    async def _choice(self) -> str:
        while True:
            typed = (await self._typed("approve or reject? [a/r] ")).strip().lower()
            if typed in _CHOICES:
                return _CHOICES[typed]
            self._say("  write a or r")

    async def _field(self, wanted: FormField) -> JsonValue:
        while True:
            typed = await self._typed(f"{wanted.shown()}: ")
            try:
                return wanted.value(typed)
            except UnfitError as error:
                self._say(f"  {visible(str(error))}")

    async def _typed(self, prompt: str) -> str:
        self.screen.write(f"  {prompt}")
        self.screen.flush()
        line = await self.lines.next()
        if line is None:
            raise _InputClosedError
        return line

    def _say(self, *lines: str) -> None:
        for line in lines:
            print_text(line, self.screen)
