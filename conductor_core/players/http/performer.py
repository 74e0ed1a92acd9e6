"""An http player performs: fill the template, send it, make data of the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

from conductor_core.failure.http_status import from_status
from conductor_core.failure.shown import shown
from conductor_core.players.called import OUTPUT_LIMIT
from conductor_core.players.fill import Filler, from_evaluation
from conductor_core.players.http.answer import Answer
from conductor_core.players.http.parsed import parsed
from conductor_core.players.http.request import prepared
from conductor_core.ports import Grant, PlayRequest
from workflow_ir.allow import Allow
from workflow_ir.expressions.errors import EvaluationError
from workflow_ir.outcome import StandardError, Success
from workflow_ir.players import HttpPlayer


@dataclass(frozen=True, slots=True)
class HttpPerformer:
    """Makes one request an attempt; it tries nothing again by itself.

    ``httpx`` is imported at the first request.
    """

    player: HttpPlayer
    allow: Allow
    """Hosts, and private addresses; asked for every hop."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """By name; known in headers only."""
    filler: Filler = field(default_factory=Filler)

    async def play(self, request: PlayRequest, grant: Grant) -> Success | StandardError:
        """The body as JSON where the answer says so, else as text; or what ``parse`` makes of it.

        Failures: ``http.NNN`` and its relatives by status, ``transport.connect`` and
        ``transport.read``, ``policy.not_allowed``, ``policy.output``, ``output.format``,
        ``input.invalid``, ``config.request``.
        """
        from conductor_core.players.http.exchange import exchange

        try:
            asked = prepared(self.player.request, request, self.filler, self.secrets)
        except EvaluationError as error:
            return from_evaluation(error, where=f"player {request.player!r}")
        if isinstance(asked, StandardError):
            return asked
        most = OUTPUT_LIMIT if grant.output_bytes is None else grant.output_bytes
        answer = await exchange(asked, self.allow, most)
        if isinstance(answer, StandardError):
            return answer
        if answer.status >= 400:
            return _refused(answer, grant)
        return parsed(answer, self.player.parse, most)


def _refused(answer: Answer, grant: Grant) -> StandardError:
    said = answer.body.decode(errors="replace")
    headers = dict(answer.headers)
    if grant.clock is not None:  # a date in `Retry-After` is measured against `Date`
        now = datetime.fromtimestamp(grant.clock.now(), UTC)
        headers.setdefault("date", format_datetime(now, usegmt=True))
    reason = f" {answer.reason}" if answer.reason else ""
    found = from_status(
        answer.status,
        shown(f"the host {answer.host!r} answered {answer.status}{reason}"),
        headers=headers,
        wording=said,
    )
    detail = {"body": shown(said)} if said.strip() else {}
    return found.replace(target=answer.host, detail=detail)
