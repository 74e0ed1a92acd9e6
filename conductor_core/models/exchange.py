"""One request to a provider over HTTP: JSON there, JSON back, or what went wrong."""

from __future__ import annotations

import functools
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from conductor_core.failure.classify import classify
from conductor_core.failure.http_status import from_status
from conductor_core.failure.shown import shown
from conductor_core.masks import MASK, SHORTEST
from workflow_ir.allow import Allow
from workflow_ir.outcome import StandardError

if TYPE_CHECKING:
    import httpx

MOST_BYTES = 32 * 2**20
"""Of an answer; more is ``policy.output``."""
MOST_BYTES_OF_AN_ERROR = 64 * 2**10
CONNECT_S = 30.0
"""Until a connection stands. How long an answer may take is bounded by the attempt."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where a provider answers."""

    model: str
    """``provider/name``, for messages."""
    base_url: str
    """Without a slash at its end."""
    key: str = field(default="", repr=False)
    """Taken out of whatever the provider says."""
    guard: Allow | None = None
    """What may be reached, looked at again when it is connected to. None: it is trusted."""

    async def post(
        self, path: str, body: Mapping[str, Any], headers: Mapping[str, str]
    ) -> dict[str, Any] | StandardError:
        """The object that the server answers; one request, never repeated.

        A connection of its own for each: nothing is left open, whichever loop asks.

        Returns:
            The object; or ``transport.*``, ``auth.*``, ``http.NNN``, ``output.context``,
            ``output.refused``, ``resource.quota``, ``policy.output`` (more than ``MOST_BYTES``),
            ``policy.not_allowed``, ``output.format`` (a 200 that is no JSON object),
            ``config.model`` (a redirect).
        """
        import httpx

        from conductor_core.players.http.guarded_transport import NotReached

        sent = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        known = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
        }
        try:
            async with (
                self._client() as client,
                client.stream(
                    "POST",
                    f"{self.base_url}{path}",
                    content=sent.encode("utf-8", "surrogatepass"),
                    headers={**known, **headers},
                ) as response,
            ):
                return await self._answer(response)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, NotReached) as error:
            return self.masked(classify(error).replace(origin="model", target=self.model))

    def _client(self) -> httpx.AsyncClient:
        import httpx

        from conductor_core.players.http.guarded_transport import GuardedTransport

        timeout = httpx.Timeout(None, connect=CONNECT_S)
        if self.guard is not None:
            return httpx.AsyncClient(transport=GuardedTransport(self.guard), timeout=timeout)
        return httpx.AsyncClient(
            verify=_tls() if self.base_url.startswith("https:") else False,
            timeout=timeout,
            trust_env=not is_loopback(self.base_url),  # a proxy cannot reach what is here
        )

    async def _answer(self, response: httpx.Response) -> dict[str, Any] | StandardError:
        from conductor_core.players.http.body import read_body

        status, failed = response.status_code, response.status_code >= 400
        if not failed and not response.is_success:
            where = response.headers.get("location", "elsewhere")
            said = f"{self.base_url} points to {where}; correct `base_url`"
            return self._failed("config.model", said)
        most = MOST_BYTES_OF_AN_ERROR if failed else MOST_BYTES
        content = await read_body(response, most, self.model, cut=failed)
        if isinstance(content, StandardError):
            return self._failed(content.code, content.message)
        if failed:
            return self._refused(status, response.headers, content)
        try:
            found = json.loads(content)
        except (ValueError, RecursionError) as error:
            return self.malformed(f"its answer is no JSON: {error}")
        return found if isinstance(found, dict) else self.malformed("its answer is no JSON object")

    def _refused(self, status: int, headers: Mapping[str, str], content: bytes) -> StandardError:
        message, wording = told_by(content)
        said = f"{self.model}: {message or f'status {status}'}"
        error = from_status(status, shown(self.text(said)), headers=headers, wording=wording)
        return self.masked(error.replace(origin="model", target=self.model))

    def malformed(self, fact: str) -> StandardError:
        """The answer is a 200 and no completion: a proxy's page, another kind of server."""
        return self._failed("output.format", f"{self.model}: {fact}; is {self.base_url} right?")

    def _failed(self, code: str, message: str) -> StandardError:
        error = StandardError.of(code, shown(self.text(message)), origin="model", target=self.model)
        return self.masked(error)

    def masked(self, error: StandardError) -> StandardError:
        """An error without the key."""
        return error.replace(message=self.text(error.message))

    def text(self, text: str) -> str:
        """A text of the provider without the key, which some echo."""
        return text.replace(self.key, MASK) if len(self.key) >= SHORTEST else text


def told_by(content: bytes) -> tuple[str, str]:
    """The message of an error's body, and all its wording; providers differ in the form.

    >>> told_by(b'{"error": {"message": "too long", "code": "context_length_exceeded"}}')
    ('too long', 'too long context_length_exceeded')
    """
    text = content.decode("utf-8", "replace")
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        return text, text
    found = tree.get("error", tree) if isinstance(tree, dict) else tree
    if not isinstance(found, dict):
        return str(found), text
    words = [found.get(name) for name in ("message", "code", "type", "detail")]
    said = [word for word in words if isinstance(word, str)]
    return (said[0] if said else text), " ".join(said)


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@functools.cache
def _tls() -> ssl.SSLContext:
    """Reading the certificates takes longer than all the rest of a request."""
    import httpx

    return httpx.create_ssl_context()
