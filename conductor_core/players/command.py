"""A command player: programs run in order, without a shell (spec 6)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conductor_core.failure.exit_code import from_exit_code
from conductor_core.failure.shown import shown
from conductor_core.players.allow import refused
from conductor_core.players.argv import filled_argv
from conductor_core.players.called import OUTPUT_LIMIT, too_large
from conductor_core.players.env_entries import env_entries
from conductor_core.players.fill import Filler, as_text, from_evaluation
from conductor_core.players.isolation.bounds import Bounds
from conductor_core.players.json_data import NotJsonError, json_data
from conductor_core.players.process import Ended, run_process
from conductor_core.ports import Grant, PlayRequest
from workflow_ir.allow import Allow
from workflow_ir.expressions.errors import EvaluationError
from workflow_ir.outcome import StandardError, Success
from workflow_ir.players import CommandPlayer

INPUT_LIMIT = 96 * 2**10
"""Bytes of ``MELODY_INPUT``; a larger ``with`` map is left out: systems bound one variable."""

_NO_MEMORY = re.compile(
    r"\bMemoryError\b|cannot allocate memory|out of memory|std::bad_alloc", re.IGNORECASE
)
"""What programs say that were refused memory; nothing else tells it."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    commands: tuple[list[str], ...]
    env: dict[str, str]
    stdin: bytes | None


@dataclass(frozen=True, slots=True)
class CommandPerformer:
    """Runs the player's commands in the project folder; the first non-zero exit stops them."""

    player: CommandPlayer
    folder: Path
    """Where the commands run."""
    allow: Allow
    """Asked again for programs whose name is computed."""
    output_limit: int = OUTPUT_LIMIT
    filler: Filler = field(default_factory=Filler)
    secrets: Mapping[str, str] = field(default_factory=dict)
    """By name; known in ``env`` only."""

    async def play(self, request: PlayRequest, grant: Grant) -> Success | StandardError:
        """``{exit_code, stdout, stderr}``, or what ``parse`` makes of standard output."""
        prepared = self._prepared(request)
        if isinstance(prepared, StandardError):
            return prepared
        most = self.output_limit if grant.output_bytes is None else grant.output_bytes
        out, err, room = bytearray(), bytearray(), most
        bounds = Bounds.of(grant)
        code, program = 0, ""
        for argv in prepared.commands:
            program = argv[0]
            ended = await self._run(argv, prepared, room, bounds)
            if isinstance(ended, StandardError):
                return ended
            if ended.overflowed:
                return too_large(repr(program), most)
            out += ended.stdout
            err += ended.stderr
            room = most - len(out) - len(err)
            code = ended.exit_code
            if code != 0:
                break
        if code != 0 and self.player.parse != "exit":
            return _failed(code, program, err.decode(errors="replace"), bounds)
        return self._parsed(code, bytes(out), err.decode(errors="replace"))

    async def _run(
        self, argv: Sequence[str], prepared: _Prepared, room: int, bounds: Bounds
    ) -> Ended | StandardError:
        try:
            return await run_process(
                argv,
                cwd=self.folder,
                env=prepared.env,
                stdin=prepared.stdin,
                limit=room,
                bounds=bounds,
            )
        except OSError as error:
            return self._not_started(argv[0], error)

    def _prepared(self, request: PlayRequest) -> _Prepared | StandardError:
        filler, with_, arguments = self.filler, request.with_, request.arguments
        try:
            commands = []
            for items in self.player.commands:
                argv = filled_argv(items, with_, filler, arguments)
                if isinstance(argv, StandardError):
                    return argv
                no = refused(self.allow.refuse_command(argv[0]))
                if no is not None:
                    return no
                commands.append(argv)
            stdin = None
            if self.player.stdin is not None:
                stdin = filler.text(self.player.stdin, with_, arguments).encode(errors="replace")
            own = {}
            if self.player.env is not None:
                own = filler.fill(self.player.env, with_, arguments, self.secrets)
        except EvaluationError as error:
            return from_evaluation(error, where=f"player {request.player!r}")
        env = _environment(own, request.with_)
        if isinstance(env, StandardError):
            return env
        return _Prepared(tuple(commands), env, stdin)

    def _parsed(self, code: int, out: bytes, err: str) -> Success | StandardError:
        text = out.decode(errors="replace")
        match self.player.parse:
            case "text":
                return Success(text)
            case "lines":
                return Success(text.splitlines())
            case "json":
                return _from_json(out)
            case "exit" | None:
                return Success({"exit_code": code, "stdout": text, "stderr": err})

    def _not_started(self, program: str, error: OSError) -> StandardError:
        if not self.folder.is_dir():
            fact = f"the folder {str(self.folder)!r} to run {program!r} in is not there"
        elif isinstance(error, FileNotFoundError):
            fact = f"the program {program!r} was not found on the PATH; install it"
        elif isinstance(error, PermissionError):
            fact = f"the program {program!r} may not be executed"
        elif error.errno == _TOO_LONG:
            return StandardError.of(
                "input.invalid", f"the arguments of {program!r} are too long; use `stdin`"
            )
        else:
            fact = f"the program {program!r} could not be started: {error.strerror}"
        return StandardError.of("config.missing", shown(fact), origin="host")


_TOO_LONG = 7  # E2BIG


def _failed(code: int, program: str, said: str, bounds: Bounds) -> StandardError:
    """The error of a non-zero exit; a bound that was hit is told as far as it can be known."""
    if bounds.memory_bytes is not None and _NO_MEMORY.search(said):
        found = from_exit_code(code, program=program, said=said, stopped_for="policy.memory")
        return found.replace(policy_limit="memory")
    found = from_exit_code(code, program=program, said=said)
    return found.replace(policy_limit="cpu") if found.code == "policy.cpu" else found


def _environment(
    own: Mapping[str, Any], with_: Mapping[str, Any]
) -> dict[str, str] | StandardError:
    """What a command sees of the environment; keys of model providers are never inherited."""
    given = as_text(with_)
    fits = len(given.encode(errors="replace")) <= INPUT_LIMIT
    return env_entries(own, {"MELODY_INPUT": given} if fits else None)


def _from_json(out: bytes) -> Success | StandardError:
    def refuse(constant: str) -> Any:
        raise ValueError(f"{constant} is not JSON")

    try:
        return Success(json_data(json.loads(out.decode(), parse_constant=refuse)))
    except (ValueError, RecursionError, NotJsonError) as error:
        fact = "nothing was written" if not out.strip() else str(error)
        return StandardError.of("output.format", shown(f"standard output is not JSON: {fact}"))
