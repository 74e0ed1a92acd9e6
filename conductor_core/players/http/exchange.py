"""A request and its redirects, hop by hop; each is checked as the first one was (spec 6)."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import httpx

from conductor_core.failure.classify import classify
from conductor_core.failure.shown import shown
from conductor_core.players.http.answer import Answer
from conductor_core.players.http.body import read_body
from conductor_core.players.http.guarded_transport import GuardedTransport, NotReached
from conductor_core.players.http.request import Prepared
from workflow_ir.allow import Allow
from workflow_ir.outcome import StandardError

MOST_REDIRECTS = 5
SAID = 20_000
"""Bytes of a failed request's answer that are read."""

_REDIRECTS = (301, 302, 303, 307, 308)
_CREDENTIALS = ("authorization", "cookie", "proxy-authorization")
_OF_A_BODY = ("content-type", "content-encoding", "content-language", "idempotency-key")


class _Moved(NamedTuple):
    """An answer that leads elsewhere."""

    status: int
    location: str


async def exchange(asked: Prepared, allow: Allow, limit: int) -> Answer | StandardError:
    """Send a request, follow its redirects, and read the last answer.

    The time is kept by the conductor, which cancels. A redirect to another host, port or scheme
    takes no credentials along: neither ``Authorization`` and cookies nor a header with a secret.

    Args:
        asked: The request.
        allow: What may be reached.
        limit: Bytes of the answer's body, before and after it is decompressed.

    Returns:
        The answer, whatever its status; or why there is none.
    """
    redirects, before = 0, ""
    while True:
        url = _parsed(asked.url)
        if isinstance(url, StandardError):
            return url
        try:
            answer = await _sent(asked, url, allow, limit)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            found = classify(error)
            message = shown(f"the host {url.host!r}: {found.message}")
            return found.replace(message=message, target=url.host)
        if isinstance(answer, StandardError) and redirects:
            led = f"the host {before!r} redirects here: {answer.message}"
            return answer.replace(message=led)
        if not isinstance(answer, _Moved):
            return answer
        redirects += 1
        if redirects > MOST_REDIRECTS:
            return _wrong(f"the host {url.host!r} redirects more than {MOST_REDIRECTS} times")
        following = _redirected(asked, url, answer)
        if isinstance(following, StandardError):
            return following
        asked, before = following, url.host


async def _sent(
    asked: Prepared, url: httpx.URL, allow: Allow, limit: int
) -> Answer | StandardError | _Moved:
    """One hop: the answer, or where it leads to."""
    transport = GuardedTransport(allow)
    try:
        request = httpx.Request(
            asked.method,
            url,
            headers=[(name.encode(), text.encode()) for name, text in asked.headers],
            content=asked.content or None,
            extensions={"timeout": {}},
        )
        response = await transport.handle_async_request(request)
        try:
            location = response.headers.get("location")
            if response.status_code in _REDIRECTS and location is not None:
                return _Moved(response.status_code, location)
            return await _read(response, url.host, limit)
        finally:
            await response.aclose()
    except NotReached as error:
        return error.standard_error
    finally:
        await transport.aclose()


async def _read(response: httpx.Response, host: str, limit: int) -> Answer | StandardError:
    status, failed = response.status_code, response.status_code >= 400
    if not failed and not 200 <= status < 300:
        fact = f"the host {host!r} answered {status}, which leads nowhere"
        return _wrong(fact).replace(http_status=status, target=host)
    body = await read_body(response, SAID if failed else limit, host, cut=failed)
    if isinstance(body, StandardError):
        return body
    headers = {name.lower(): text for name, text in response.headers.items()}
    return Answer(host, status, shown(response.reason_phrase), headers, body)


def _parsed(text: str) -> httpx.URL | StandardError:
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, UnicodeError) as error:
        return StandardError.of("input.invalid", shown(f"{text[:80]!r} is no URL: {error}"))
    if url.scheme not in ("http", "https"):
        return _wrong(f"the scheme {url.scheme!r} is not requested; it is http or https")
    if not url.host:
        return _wrong("the URL has no host")
    if url.port is not None and not 0 < url.port < 2**16:
        return StandardError.of("input.invalid", shown(f"{text[:80]!r} is no URL: no such port"))
    if url.userinfo:
        return _wrong("a URL with a user or password is not requested; use `headers`")
    return url


def _redirected(asked: Prepared, url: httpx.URL, moved: _Moved) -> Prepared | StandardError:
    """The next request; what 301 and 302 make of a POST is what browsers do (RFC 9110, 15.4)."""
    try:
        following = url.join(moved.location)
    except (httpx.InvalidURL, UnicodeError):
        return _wrong(f"the host {url.host!r} redirects to what is no URL")
    possible = _parsed(str(following))
    if isinstance(possible, StandardError):
        return _wrong(f"the host {url.host!r} redirects elsewhere: {possible.message}")
    if url.scheme == "https" and following.scheme == "http":
        return _wrong(f"the host {url.host!r} redirects from https to http")
    method, content, headers = asked.method, asked.content, asked.headers
    seen = moved.status == 303 and method != "HEAD"
    if seen or (moved.status in (301, 302) and method == "POST"):
        method, content = "GET", b""
        headers = tuple(one for one in headers if one[0].lower() not in _OF_A_BODY)
    if _origin(url) != _origin(following):
        if _tells(asked, content):
            return _wrong(f"the host {url.host!r} redirects a body with a secret to another host")
        headers = tuple(
            (name, text)
            for name, text in headers
            if name.lower() not in _CREDENTIALS and not _tells(asked, text.encode())
        )
    return replace(asked, method=method, url=str(following), headers=headers, content=content)


def _tells(asked: Prepared, data: bytes) -> bool:
    return any(secret.encode() in data for secret in asked.secrets)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _wrong(fact: str) -> StandardError:
    return StandardError.of("config.request", shown(fact))
