"""``--record FILE``: every model call of a run, written as a cassette (spec 6)."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from conductor_core.masks import Masks
from conductor_core.models.port import NO_PARAMETERS, ChatModel, Message, Reply, ToolSpec
from conductor_core.models.tape import HEAD, CassetteError, answer_written, plain, request_of
from conductor_core.ports import Grant
from workflow_ir.outcome import StandardError
from workflow_ir.players import Schema


class Recorder:
    """Writes a cassette that only its owner can read; each call is one line, when it is over.

    Args:
        path: A new file, or a cassette that is written anew.
        masks: Take secrets and keys out of what is written.

    Raises:
        CassetteError: The file cannot be written, or is something else than a cassette.
    """

    def __init__(self, path: Path, masks: Masks) -> None:
        self.path = path
        self._masks = masks
        try:
            if path.exists() and path.stat().st_size and _head_of(path) != HEAD:
                raise CassetteError(f"{path} is no cassette, and is not written over")
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
            self._file = os.open(path, flags, 0o600)
        except OSError as error:
            raise CassetteError(f"cannot write {path}: {error.strerror}") from error
        self._write(HEAD)

    def over(self, chat: ChatModel, model: str) -> ChatModel:
        """The model, with every call of it recorded."""
        return _Recorded(chat, model, self)

    def keep(
        self, model: str, request: dict[str, Any], answer: Reply | StandardError
    ) -> StandardError | None:
        """Write a call; an error where the disk does not take it."""
        line = {
            "model": model,
            **plain(request, self._masks),
            **answer_written(answer, self._masks),
        }
        try:
            self._write(line)
        except CassetteError as error:
            return StandardError.of("resource.disk", str(error), origin="conductor")
        return None

    def close(self) -> None:
        """Nothing more is recorded. May be called again."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(self, tree: Mapping[str, Any]) -> None:
        line = f"{json.dumps(tree, separators=(',', ':'))}\n".encode()
        try:
            while line:
                line = line[os.write(self._file, line) :]
        except OSError as error:
            raise CassetteError(f"cannot write {self.path}: {error.strerror}") from error


@dataclass(frozen=True, slots=True)
class _Recorded:
    """A model whose calls are kept."""

    chat: ChatModel
    model: str
    recorder: Recorder

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[ToolSpec] = (),
        json_schema: Schema | None = None,
        parameters: Mapping[str, Any] = NO_PARAMETERS,
        grant: Grant | None = None,
    ) -> Reply | StandardError:
        """What the model says."""
        answer = await self.chat.complete(
            messages, tools=tools, json_schema=json_schema, parameters=parameters, grant=grant
        )
        request = request_of(messages, tools, json_schema, parameters)
        return self.recorder.keep(self.model, request, answer) or answer


def _head_of(path: Path) -> Any:
    with path.open("rb") as file:
        try:
            return json.loads(file.readline(1000))
        except (ValueError, RecursionError):
            return None
