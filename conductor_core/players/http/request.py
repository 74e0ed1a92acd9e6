"""A request as it is sent: the player's template, filled so that data stay data."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from conductor_core.players.fill import Filler, as_text
from conductor_core.ports import PlayRequest
from workflow_ir.outcome import StandardError
from workflow_ir.values import LiteralValue, MapValue, TextValue, Value

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
"""They change nothing; all others are sent with an ``Idempotency-Key``."""

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FRAMING = ("connection", "content-length", "host", "te", "trailer", "transfer-encoding", "upgrade")
"""Headers that the connection itself needs; one of them written would tell another message."""
_IN_A_HOST = re.compile(r"[\w.:\[\]-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Prepared:
    """One request, filled in."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    content: bytes
    secrets: frozenset[str] = frozenset()
    """Texts that are told to no other host than the first."""


class _Wrong(Exception):
    """A part that cannot be sent; ``fact`` is the message."""

    def __init__(self, fact: str, code: str = "input.invalid") -> None:
        super().__init__(fact)
        self.error = StandardError.of(code, fact)


def prepared(
    template: MapValue, request: PlayRequest, filler: Filler, secrets: Mapping[str, str]
) -> Prepared | StandardError:
    """Fill a template with the step's ``with`` map.

    Args:
        template: ``method``, ``url``, ``headers``, ``query``, and at most one body.
        request: Whose ``with`` it is.
        filler: Fills values.
        secrets: By name; seen by headers only (spec 8, Text).

    Returns:
        ``input.invalid``: data that cannot stand where they are; ``config.request``: what is
        written cannot be sent.

    Raises:
        EvaluationError: An expression failed.
    """
    parts, with_ = template.entries, request.with_
    try:
        method = _method(parts.get("method"))
        url = _with_query(_url(parts["url"], filler, with_), parts.get("query"), filler, with_)
        kind, content = _content(parts, filler, with_)
        written = parts.get("headers")
        named = {} if written is None else filler.fill(written, with_, (), secrets)
        headers = _headers(named)
    except _Wrong as wrong:
        return wrong.error
    known = {name.lower() for name, _ in headers}
    usual = {"accept": "*/*", "user-agent": "melody", "accept-encoding": "gzip"}
    if kind is not None:
        usual["content-type"] = kind
    if method not in SAFE_METHODS:
        usual["idempotency-key"] = request.idempotency_key
    headers += [(name, text) for name, text in usual.items() if name not in known]
    return Prepared(method, url, tuple(headers), content, frozenset(filter(None, secrets.values())))


def written_host(template: MapValue) -> str:
    """The host of the URL as far as it is written and not computed; else empty."""
    match template.entries.get("url"):
        case LiteralValue(value=str(text)):
            url = text
        case TextValue(parts=(str(text), *_)) if text.count("/") > 2:
            url = text
        case _:
            return ""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _method(value: Value | None) -> str:
    method = value.value if isinstance(value, LiteralValue) else "GET"
    return str(method).upper()


def _url(value: Value, filler: Filler, with_: Mapping[str, Any]) -> str:
    """The URL; a value behind the host is one piece of it, whatever signs it holds (RFC 6570)."""
    if not isinstance(value, TextValue):
        return _sendable(filler.text(value, with_), "`url`")
    url = ""
    for part in value.parts:
        if isinstance(part, str):
            url += part
            continue
        text = _sendable(filler.text(part, with_), "`url`")
        behind = url.partition("://")[2]
        if not behind and "://" not in url:
            url += text  # the address itself is data
        elif not re.search(r"[/?#]", behind):
            if not _IN_A_HOST.fullmatch(text):
                raise _Wrong(f"{text[:40]!r} is no part of a host's name")
            url += text
        else:
            if not text.strip(".") and "?" not in behind:
                raise _Wrong(f"{text!r} is no part of the path of `url`")
            url += quote(text, safe="")
    return url


def _with_query(url: str, value: Value | None, filler: Filler, with_: Mapping[str, Any]) -> str:
    if value is None:
        return url
    pairs = _pairs(filler.fill(value, with_), "query")
    if not pairs:
        return url
    url, _, fragment = url.partition("#")
    query = urlencode(pairs, quote_via=quote)
    url += f"{'&' if '?' in url else '?'}{query}"
    return f"{url}#{fragment}" if fragment else url


def _pairs(data: Any, name: str) -> list[tuple[str, str]]:
    """Names and texts: a list comes several times, null does not come."""
    if not isinstance(data, dict):
        raise _Wrong(f"`{name}` is no map")
    return [
        (_sendable(key, name), _sendable(as_text(item), f"{name} {key!r}"))
        for key, value in data.items()
        for item in (value if isinstance(value, list) else [value])
        if item is not None
    ]


def _content(
    parts: Mapping[str, Value], filler: Filler, with_: Mapping[str, Any]
) -> tuple[str | None, bytes]:
    """Its type and the body; a request without one has neither."""
    if "json" in parts:
        data = filler.fill(parts["json"], with_)
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return "application/json", _sendable(text, "`json`").encode()
    if "form" in parts:
        pairs = _pairs(filler.fill(parts["form"], with_), "form")
        return "application/x-www-form-urlencoded", urlencode(pairs).encode()
    if "body" in parts:
        body = filler.fill(parts["body"], with_)
        kind = "text/plain; charset=utf-8" if isinstance(body, str) else "application/json"
        return kind, _sendable(as_text(body), "`body`").encode()
    return None, b""


def _headers(named: Any) -> list[tuple[str, str]]:
    """Null is left out; what would end the line, and so begin another header, is refused."""
    if not isinstance(named, dict):
        raise _Wrong("`headers` is no map")
    headers = []
    for name, value in named.items():
        if not _NAME.fullmatch(name):
            raise _Wrong(f"{name!r} is no name of a header", "config.request")
        if name.lower() in _FRAMING:
            raise _Wrong(f"the header {name!r} is set by the connection", "config.request")
        if value is None:
            continue
        text = _sendable(as_text(value), f"the header {name!r}").strip(" \t")
        if any(sign < " " and sign != "\t" for sign in text) or "\x7f" in text:
            raise _Wrong(f"the header {name!r} has a line end or another sign it must not have")
        headers.append((name, text))
    return headers


def _sendable(text: str, place: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _Wrong(f"{place} holds half a character (a lone surrogate)") from None
    return text
