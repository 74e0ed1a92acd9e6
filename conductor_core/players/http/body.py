"""The body of an answer, read and decompressed up to a limit."""

from __future__ import annotations

import zlib

import httpx

from conductor_core.players.called import too_large
from workflow_ir.outcome import StandardError

_WINDOW = {"gzip": 31, "x-gzip": 31, "deflate": 15}
"""zlib's word for each encoding that is understood; only the first is asked for."""

_OVERHEAD = 1024
"""Bytes, and one in a hundred: what compression may add to data that cannot be compressed."""


async def read_body(
    response: httpx.Response, limit: int, host: str, *, cut: bool
) -> bytes | StandardError:
    """The body; never more than ``limit`` bytes of it are held, compressed or not.

    Args:
        response: Not read yet; the caller closes it.
        limit: Bytes.
        host: For messages.
        cut: What is over the limit is left out, and what cannot be decompressed is empty; else
            that is ``policy.output`` and ``output.format``.

    Raises:
        httpx.TransportError: The connection broke off.
    """
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity", *_WINDOW):
        fact = f"the host {host!r} compresses by {encoding[:40]!r}, which was not asked for"
        return b"" if cut else StandardError.of("output.format", fact, target=host)
    unpacking = _Unpacking(_WINDOW[encoding]) if encoding in _WINDOW else None
    body, received = bytearray(), 0
    async for chunk in response.aiter_raw():
        received += len(chunk)
        try:
            body += chunk if unpacking is None else unpacking.take(chunk, limit + 1 - len(body))
        except zlib.error:
            fact = f"the answer of the host {host!r} cannot be decompressed"
            return b"" if cut else StandardError.of("output.format", fact, target=host)
        if len(body) > limit or received > limit + _OVERHEAD + limit // 100:
            if cut:
                return bytes(body[:limit])
            return too_large(f"the host {host!r}", limit).replace(target=host)
    if unpacking is not None and received and not unpacking.whole and not cut:
        fact = f"the host {host!r}: its compressed answer broke off"
        return StandardError.of("transport.read", fact, target=host)
    return bytes(body)


class _Unpacking:
    """Decompresses a stream of members, never more at once than there is room for."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._member = zlib.decompressobj(window)

    @property
    def whole(self) -> bool:
        """The last member has come to its end."""
        return self._member.eof

    def take(self, chunk: bytes, room: int) -> bytes:
        """What a chunk becomes, cut at ``room`` bytes.

        Raises:
            zlib.error: It is not compressed so.
        """
        out = b""
        while chunk and len(out) < room:
            if self._member.eof:
                if self._window != _WINDOW["gzip"] or not chunk.strip(b"\0"):
                    break  # padding
                self._member = zlib.decompressobj(self._window)
            out += self._member.decompress(chunk, room - len(out))
            chunk = self._member.unconsumed_tail or self._member.unused_data
        return out
