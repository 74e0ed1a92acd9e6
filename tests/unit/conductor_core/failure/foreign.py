"""Exceptions of libraries, each made as its library makes it. Imported when used: they are slow.

Of litellm, which is too large to be installed for this, the types are made after its wheel: module,
name, bases (openai's real ones), attributes.
"""

from __future__ import annotations

from typing import Any

import httpx


def made(module: str, name: str, *bases: type, **members: Any) -> type:
    return type(name, bases or (Exception,), {"__module__": module, **members})


def answer(status: int, text: str = "", **headers: str) -> httpx.Response:
    request = httpx.Request("POST", "http://example.test/v1/chat")
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, headers=named, text=text, request=request)


def answered(status: int, text: str = "", **headers: str) -> httpx.HTTPStatusError:
    """As ``raise_for_status`` raises it: the message holds nothing of the body."""
    response = answer(status, text, **headers)
    return httpx.HTTPStatusError(f"status {status}", request=response.request, response=response)


def of_openai(name: str, status: int = 0, message: str = "no", **headers: str) -> BaseException:
    import openai

    kind = getattr(openai, name)
    if status:
        return kind(message, response=answer(status, **headers), body=None)  # type: ignore[no-any-return]
    return kind(request=answer(500).request)  # type: ignore[no-any-return]


def of_anthropic(name: str, status: int = 0, message: str = "no", **headers: str) -> BaseException:
    import anthropic
    import httpx2

    kind = getattr(anthropic, name)
    request = httpx2.Request("POST", "http://example.test/v1/messages")
    if not status:
        return kind(request=request)  # type: ignore[no-any-return]
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    response = httpx2.Response(status, headers=named, request=request)
    return kind(message, response=response, body=None)  # type: ignore[no-any-return]


def of_litellm(name: str, *bases: str, status: int, message: str = "no", **members: Any) -> Any:
    """Of litellm: ``bases`` are its own classes in between, below openai's of that status."""
    import openai

    of_status: dict[int, Any] = {
        400: openai.BadRequestError, 408: openai.APITimeoutError, 429: openai.RateLimitError,
    }  # fmt: skip
    kind: type = of_status.get(status, openai.APIStatusError)
    for each in (*bases, name):
        kind = made("litellm.exceptions", each, kind)
    if status == 408:
        error = kind(request=answer(408).request)
    else:
        error = kind(message, response=answer(status), body=None)
    for key, value in {"status_code": status, **members}.items():
        setattr(error, key, value)
    return error


def of_requests(name: str, status: int = 0, text: str = "", **headers: str) -> BaseException:
    import requests

    kind = getattr(requests.exceptions, name)
    if not status:
        return kind("no")  # type: ignore[no-any-return]
    response = requests.Response()
    response.status_code = status
    response._content = text.encode()
    response.headers.update({key.replace("_", "-"): value for key, value in headers.items()})
    return kind(f"{status} for url", response=response)  # type: ignore[no-any-return]


def of_langchain(name: str) -> BaseException:
    import langchain_core.exceptions

    return getattr(langchain_core.exceptions, name)("no")  # type: ignore[no-any-return]


def of_langgraph(name: str, *args: Any, **options: Any) -> BaseException:
    import langgraph.errors

    return getattr(langgraph.errors, name)(*args, **options)  # type: ignore[no-any-return]


def of_crewai(name: str) -> BaseException:
    from crewai.agents.parser import OutputParserError
    from crewai.tools.tool_usage import ToolUsageError
    from crewai.utilities.converter import ConverterError
    from crewai.utilities.exceptions.context_window_exceeding_exception import (
        LLMContextLengthExceededError,
    )

    kinds = (OutputParserError, ToolUsageError, ConverterError, LLMContextLengthExceededError)
    return next(kind for kind in kinds if kind.__name__ == name)("no")
