"""An http player as a Melody writes it, asked once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from conductor_core.clock.real import RealClock
from conductor_core.players.http.performer import HttpPerformer
from conductor_core.ports import Grant
from tests.unit.conductor_core.players.asking import request
from workflow_ir.allow import Allow
from workflow_ir.outcome import StandardError, Success
from workflow_ir.players import HttpPlayer

LOOPBACK = Allow(http=("127.0.0.1", "localhost"), private_addresses=("127.0.0.1",))


def value(written: Any) -> dict[str, Any]:
    """A value of the IR; text is split at ``${{ … }}``."""
    if isinstance(written, dict):
        return {"kind": "map", "entries": {key: value(item) for key, item in written.items()}}
    if not isinstance(written, str) or "${{" not in written:
        return {"kind": "literal", "value": written}
    parts: list[Any] = []
    for place, piece in enumerate(written.replace("}}", "${{").split("${{")):
        if piece:
            parts.append({"kind": "expr", "source": piece.strip()} if place % 2 else piece)
    return parts[0] if len(parts) == 1 else {"kind": "text", "parts": parts}


def player(*, parse: str | None = None, **written: Any) -> HttpPlayer:
    return HttpPlayer.model_validate({"kind": "http", "request": value(written), "parse": parse})


def sent(
    with_: dict[str, Any] | None = None,
    *,
    allow: Allow = LOOPBACK,
    secrets: Mapping[str, str] | None = None,
    limit: int | None = None,
    parse: str | None = None,
    **written: Any,
) -> Success | StandardError:
    """What comes of one request."""
    performer = HttpPerformer(player(parse=parse, **written), allow, secrets or {})
    grant = Grant(deadline=None, clock=RealClock(), output_bytes=limit)
    return asyncio.run(performer.play(request(with_), grant))
