"""``http`` players: one request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from adapters.emitter.code import Code, joined, literal
from adapters.emitter.players.asked import Asked, Piece, Template
from adapters.emitter.policy.http_methods import SAFE_METHODS, method_of
from workflow_ir.players import HttpPlayer
from workflow_ir.values import ExprValue, TextValue, Value

_SECTIONS: Final = {"host": "hosts", "part": "parts", "quoted": "quoted"}
_PARTS: Final = ("headers", "query", "json", "form", "body")


def http(asked: Asked) -> Piece:
    """What is data in the URL is quoted; the rest is as it was written."""
    player = asked.player
    assert isinstance(player, HttpPlayer)
    parts, template = player.request.entries, Template()
    url, named = _url(parts["url"], template)
    facts = [(Code(name), template.value(parts[name])) for name in _PARTS if name in parts]
    if player.parse is not None:
        facts.append((Code("parse"), literal(player.parse)))
    view = {
        "method": literal(method_of(player)),
        "url": url,
        "facts": tuple(facts),
        "lead": template.lead,
        "secrets": template.reads_secrets,
        "named": tuple(Code(name) for name in sorted({"request", *named})),
        "changes": method_of(player) not in SAFE_METHODS,
    }
    sections = frozenset(_SECTIONS[name] for name in named)
    requires = ("httpx>=0.27,<1",)
    return Piece("http.jinja", view, ("web",), requires, template.called, sections)


def _url(value: Value, template: Template) -> tuple[Code, frozenset[str]]:
    """The URL, and the functions that keep data in their place in it."""
    if not isinstance(value, TextValue):
        return template.value(value), frozenset()
    pieces = list(_pieces(value, template))
    return joined((code for code, _ in pieces), " + "), frozenset(
        name for _, name in pieces if name
    )


def _pieces(value: TextValue, template: Template) -> Iterator[tuple[Code, str]]:
    """Behind the host a value is one piece of the URL, whatever signs it holds (RFC 6570)."""
    before = ""
    for part in value.parts:
        if isinstance(part, ExprValue):
            code = template.value(TextValue(kind="text", parts=(part,)))
            name = _place(before)
            yield Code(f"{name}({code})") if name else code, name
        elif part:
            before += part
            yield literal(part), ""


def _place(before: str) -> str:
    """What keeps data in their place behind such a text; empty: the address itself is data."""
    if "://" not in before:
        return ""
    behind = before.partition("://")[2]
    if not any(sign in behind for sign in "/?#"):
        return "host"
    return "quoted" if "?" in behind else "part"
