"""An mcp player performs: a session for the whole run, one tool call an attempt."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from conductor_core.players.called import OUTPUT_LIMIT
from conductor_core.players.env_entries import env_entries
from conductor_core.players.fill import Filler, as_text, from_evaluation
from conductor_core.ports import Grant, PlayRequest
from workflow_ir.allow import Allow
from workflow_ir.expressions.errors import EvaluationError
from workflow_ir.nearest import nearest
from workflow_ir.outcome import StandardError, Success
from workflow_ir.players import McpPlayer

if TYPE_CHECKING:
    from mcp.types import CallToolResult, Tool

    from conductor_core.players.mcp.session import Session


@dataclass(slots=True)
class McpPerformer:
    """Uses the tool with the step's ``with`` map as arguments.

    The server is started, or connected to, at the first call, and kept for the run: calls share
    its session. Where ``env`` or ``headers`` come out differently, another session is opened.
    """

    player: McpPlayer
    folder: Path
    """Where a server that is started runs."""
    allow: Allow
    """Addresses of a server that is connected to."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """By name; known in ``env`` and ``headers`` only."""
    filler: Filler = field(default_factory=Filler)
    _sessions: dict[str, Session] = field(default_factory=dict, init=False)
    _retired: set[Session] = field(default_factory=set, init=False)

    async def play(self, request: PlayRequest, grant: Grant) -> Success | StandardError:
        """Structured content where the tool gives it, else its text.

        Failures: ``unable_to_complete``: the tool says that it failed; ``config.missing``: no such
        program or tool, or the extra is not installed; ``input.invalid``: the server refuses the
        arguments; ``transport.read``: the server has ended; ``output.format``, ``output.schema``.
        """
        if not is_installed():
            return _MISSING
        from conductor_core.players.mcp.result import outcome

        own = self._own(request)
        if isinstance(own, StandardError):
            return own
        result = await self._used(self._session(own), request.with_)
        most = OUTPUT_LIMIT if grant.output_bytes is None else grant.output_bytes
        return outcome(self.player.tool, result, most)

    async def described(
        self, request: PlayRequest
    ) -> tuple[str, Mapping[str, Any]] | StandardError:
        """What the server says of the tool: its description and the JSON Schema of its arguments.

        ``request`` fills the environment or the headers, as in ``play``, whose failures are these.
        """
        if not is_installed():
            return _MISSING
        own = self._own(request)
        if isinstance(own, StandardError):
            return own
        tool = await self._used(self._session(own), None)
        if isinstance(tool, StandardError):
            return tool
        return tool.description or "", tool.inputSchema

    @overload
    async def _used(
        self, session: Session, arguments: dict[str, Any]
    ) -> CallToolResult | StandardError: ...
    @overload
    async def _used(self, session: Session, arguments: None) -> Tool | StandardError: ...
    async def _used(
        self, session: Session, arguments: dict[str, Any] | None
    ) -> CallToolResult | Tool | StandardError:
        """What the tool gives, or without arguments what it is; a broken session is left."""
        try:
            with session.used():
                result = await self._result(session, arguments)
        except asyncio.CancelledError:
            await self._retire(session)  # it may be stuck: nothing new is asked of it
            raise
        if session.over:
            await self._retire(session)
        return result

    async def _result(
        self, session: Session, arguments: dict[str, Any] | None
    ) -> CallToolResult | Tool | StandardError:
        tools, name = await session.tools(), self.player.tool
        if isinstance(tools, StandardError):
            return tools
        if name not in tools:
            return _no_tool(name, tools)
        return tools[name] if arguments is None else await session.use(name, arguments)

    async def aclose(self) -> None:
        """End all servers that were started; the run is over."""
        for session in (*self._sessions.values(), *self._retired):
            await session.aclose()

    def _own(self, request: PlayRequest) -> dict[str, str] | StandardError:
        """The environment or the headers, filled in."""
        template = self.player.env if self.player.command is not None else self.player.headers
        try:
            own = (
                {}
                if template is None
                else self.filler.fill(template, request.with_, (), self.secrets)
            )
        except EvaluationError as error:
            return from_evaluation(error, where=f"player {request.player!r}")
        if self.player.command is not None:
            return env_entries(own)
        texts = {name: as_text(value) for name, value in own.items() if value is not None}
        for name, text in texts.items():
            if not name.isascii() or not (name + text).isprintable():
                return StandardError.of("input.invalid", f"the header {name!r} cannot be sent")
        return texts

    def _session(self, own: dict[str, str]) -> Session:
        from conductor_core.players.mcp.session import Session

        key = json.dumps(own, sort_keys=True)
        session = self._sessions.get(key)
        if session is None or session.over:
            session = self._sessions[key] = Session(lambda broke: self._connection(own, broke))
        return session

    def _connection(self, own: dict[str, str], broke: Callable[[BaseException], None]) -> Any:
        if self.player.command is not None:
            from conductor_core.players.mcp.started import started

            return started(self.player.command, self.folder, own)
        from conductor_core.players.mcp.connected import connected

        assert self.player.url is not None
        return connected(self.player.url, own, self.allow, broke)

    async def _retire(self, session: Session) -> None:
        """Ask nothing new of it; it is closed when its other calls have ended."""
        session.over = True
        self._sessions = {key: one for key, one in self._sessions.items() if one is not session}
        if session.in_use:
            self._retired.add(session)
        else:
            self._retired.discard(session)
            await session.aclose()


def _no_extra() -> StandardError:
    return StandardError.of(
        "config.missing",
        "mcp players need the package `mcp`; install `melody-compiler[mcp]`",
        origin="host",
    )


def is_installed() -> bool:
    """Whether the official client is there; it comes with an extra."""
    return find_spec("mcp") is not None


_MISSING = StandardError.of(
    "config.missing",
    "mcp players need the package `mcp`; install `melody-compiler[mcp]`",
    origin="host",
)


def _no_tool(name: str, tools: Mapping[str, object]) -> StandardError:
    meant = nearest(name, tools)
    listed = ", ".join(sorted(tools)[:10])
    hint = f"did you mean {meant!r}?" if meant else f"it has {listed or 'none'}"
    return StandardError.of(
        "config.missing", f"the MCP server has no tool {name!r}; {hint}", origin="host"
    )
