"""The body of an answer as data: text, lines or JSON, the same on every backend."""

from __future__ import annotations

import json
import re
from typing import Any, Literal

from conductor_core.failure.shown import shown
from conductor_core.players.called import answer as outcome
from conductor_core.players.http.answer import Answer
from conductor_core.players.json_data import NotJsonError, json_data
from workflow_ir.outcome import StandardError, Success

_JSON = re.compile(r"(application|text)/([\w.+-]+\+)?json", re.IGNORECASE)
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)


def parsed(
    answer: Answer, parse: Literal["text", "json", "lines"] | None, limit: int
) -> Success | StandardError:
    """The body by ``parse``; without it JSON where the answer says so, else text.

    An empty body is null as JSON, where nobody has asked for JSON: a 204 has nothing to tell.

    Args:
        answer: Of a request that succeeded.
        parse: As written.
        limit: Bytes of the output as JSON.

    Returns:
        ``output.format`` where it is no JSON; NaN, infinity and half characters are none.
    """
    kind = answer.headers.get("content-type", "")
    if parse is None and _JSON.match(kind):
        if not answer.body.strip():
            return Success(None)
        parse = "json"
    if parse == "json":
        return _from_json(answer)
    text = _text(answer.body, kind)
    return outcome(answer.host, text.splitlines() if parse == "lines" else text, limit)


def _from_json(answer: Answer) -> Success | StandardError:
    def refuse(constant: str) -> Any:
        raise ValueError(f"{constant} is not JSON")

    try:
        return Success(json_data(json.loads(answer.body, parse_constant=refuse)))
    except (ValueError, RecursionError, NotJsonError) as error:
        fact = "it is empty" if not answer.body.strip() else str(error)
        return StandardError.of(
            "output.format",
            shown(f"the answer of the host {answer.host!r} is not JSON: {fact}"),
            target=answer.host,
        )


def _text(body: bytes, kind: str) -> str:
    """The body by the text encoding that the answer names, if it is one; else by UTF-8."""
    found = _CHARSET.search(kind)
    try:
        return body.decode(found[1] if found else "utf-8", errors="replace")
    except (LookupError, UnicodeError):  # no encoding, none of texts, or one that replaces nothing
        return body.decode(errors="replace")
