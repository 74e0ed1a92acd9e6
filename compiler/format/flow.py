"""Collections in brackets: one line is written anew, several lines are left as they are."""

from __future__ import annotations

from collections.abc import Iterable

from compiler.format.layout import Pair, Token
from compiler.format.order import Shape, below, noun_of, sorted_keys


def token_text(text: str, token: Token, shape: Shape | None) -> str:
    """A token as it is to be written.

    Scalars and aliases stay as they are, so do collections of several lines, and those that hold
    anchors or parts that are not written.
    """
    source = text[token.start : token.end]
    if token.parts is None or "\n" in source or not _is_plain(token, source):
        return source
    return _collection(text, token, shape)


def _collection(text: str, token: Token, shape: Shape | None) -> str:
    if token.parts is None:
        return text[token.start : token.end]
    if not token.is_map:
        inner = (
            _collection(text, part, below(shape, None, number))
            for number, part in enumerate(_items(token))
        )
        return f"[{', '.join(inner)}]"
    pairs = {pair.key.text: pair for pair in _pairs(token)}
    noun = noun_of(shape, pairs)
    keys: Iterable[str] = pairs if noun is None else sorted_keys(noun, pairs)
    entries = (
        f"{text[pairs[key].key.start : pairs[key].key.end]}: "
        f"{_collection(text, pairs[key].value, below(shape, noun, key))}"
        for key in keys
    )
    return f"{{{', '.join(entries)}}}"


def _is_plain(token: Token, source: str) -> bool:
    """Whether every part is written, with brackets of its own, and no name is given or used."""
    if token.has_name:
        return False
    if token.parts is None:
        return token.end > token.start
    if source[:1] != ("{" if token.is_map else "["):
        return False
    if any(
        source[: pair.key.start - token.start].rstrip(" ")[-1:] == "?" for pair in _pairs(token)
    ):
        return False
    inner = [*_items(token), *(part for pair in _pairs(token) for part in (pair.key, pair.value))]
    return all(
        _is_plain(part, source[part.start - token.start : part.end - token.start]) for part in inner
    ) and len({pair.key.text for pair in _pairs(token)}) == len(_pairs(token))


def _items(token: Token) -> list[Token]:
    return [part for part in token.parts or () if isinstance(part, Token)]


def _pairs(token: Token) -> list[Pair]:
    return [part for part in token.parts or () if isinstance(part, Pair)]
