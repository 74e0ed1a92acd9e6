"""``ports.People`` at a terminal: one question after the other, its form field by field."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
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

    def present(self, _path: str, /) -> bool:
        """Somebody sits at the terminal."""
        return True

    async def ask(self, question: Question, _clock: PlayerClock, /) -> Answer | None:
        """Ask; None where the input was closed, and for an event, which no person sends."""
        if question.event is not None:
            return None
        async with self._turn:
            with self.interrupting():
                try:
                    return await self._answer(question)
                except _InputClosedError:
                    approval = "approve" in question.choices  # else it goes on without a person
                    self._say("", f"no answer{': the step stays waiting' if approval else ''}")
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
        given: dict[str, JsonValue] = {"choice": await self._choice(question.choices)}
        if given["choice"] == question.fills:
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

    async def _choice(self, choices: tuple[str, ...]) -> str:
        """One of the choices, by its word or its first letter."""
        known = {name: choice for choice in choices for name in (choice[0], choice)}
        letters = [choice[0] for choice in choices]
        prompt = f"{_either(choices)}? [{'/'.join(letters)}] "
        while True:
            typed = (await self._typed(prompt)).strip().lower()
            if typed in known:
                return known[typed]
            self._say(f"  write {_either(letters)}")

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


def _either(words: Sequence[str]) -> str:
    """``a, b or c``."""
    *first, last = words
    return f"{', '.join(first)} or {last}"
