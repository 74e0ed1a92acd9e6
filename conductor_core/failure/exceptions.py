"""Exceptions by qualified name, so that none of their libraries need be installed.

Source: research on failures, section 3 (type trees seen with httpx, openai, litellm,
langchain-core, langgraph, crewai, pydantic and Python 3.11). The classifier walks an exception's
MRO from the most derived class, so an entry for a base also holds for what derives from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CONTROL_FLOW = frozenset(
    {
        "langgraph.errors.GraphBubbleUp",
        "langgraph.errors.GraphInterrupt",
        "langgraph.errors.NodeInterrupt",
        "langgraph.errors.ParentCommand",
        "langgraph.errors.GraphDrained",
    }
)
"""Raised to steer a framework, never a failure: to be raised again."""

_HTTPX = {
    "ConnectTimeout": "transport.connect",
    "ConnectError": "transport.connect",
    "PoolTimeout": "transport.connect",
    "ProxyError": "transport.connect",
    "ReadTimeout": "transport.read",
    "WriteTimeout": "transport.read",
    "TimeoutException": "transport.read",
    "LocalProtocolError": "config.request",
    "UnsupportedProtocol": "config.request",
    "TooManyRedirects": "config.request",
    "DecodingError": "config.request",
    "InvalidURL": "config.request",
    "CookieConflict": "config.request",
    "NetworkError": "transport.read",
    "RemoteProtocolError": "transport.read",
    "TransportError": "transport.read",
}

_OPENAI = {
    "APITimeoutError": "transport.read",
    "APIConnectionError": "transport.connect",
    "RateLimitError": "http.429",
    "AuthenticationError": "http.401",
    "PermissionDeniedError": "http.403",
    "NotFoundError": "http.404",
    "ConflictError": "http.409",
    "UnprocessableEntityError": "http.422",
    "BadRequestError": "http.400",
    "InternalServerError": "http.500",
    "APIResponseValidationError": "output.format",
    "LengthFinishReasonError": "output.truncated",
    "ContentFilterFinishReasonError": "output.refused",
}

_LITELLM = {
    **_OPENAI,
    "Timeout": "transport.read",
    "ContextWindowExceededError": "output.context",
    "ContentPolicyViolationError": "output.refused",
    "ServiceUnavailableError": "http.503",
    "MidStreamFallbackError": "transport.read",
    "BudgetExceededError": "policy.budget",
    "GuardrailRaisedException": "output.refused",
    "BlockedPiiEntityError": "output.refused",
    "JSONSchemaValidationError": "output.schema",
}

_LANGCHAIN = {
    "ModelRateLimitError": "http.429",
    "ModelTimeoutError": "transport.read",
    "ModelConnectionError": "transport.connect",
    "ModelAPIError": "http.500",
    "ModelAuthenticationError": "http.401",
    "ModelPermissionDeniedError": "http.403",
    "ModelInvalidRequestError": "http.400",
    "ModelNotFoundError": "http.404",
    "ContextOverflowError": "output.context",
    "OutputParserException": "output.format",
}

_LANGGRAPH = {
    "NodeTimeoutError": "timeout.attempt",
    "NodeCancelledError": "player.cancelled_self",
    "GraphRecursionError": "loop.exhausted",
    "InvalidUpdateError": "config.invalid",
}

_CREWAI = {
    "utilities.exceptions.context_window_exceeding_exception.LLMContextLengthExceededError": (
        "output.context"
    ),
    "agents.parser.OutputParserError": "output.format",
    "utilities.converter.ConverterError": "output.format",
    "tools.tool_usage.ToolUsageError": "player.crash",
}

_BUILTIN = {
    "TimeoutError": "timeout.attempt",  # a subclass of OSError, so it must be told first
    "ConnectionRefusedError": "transport.connect",
    "ConnectionError": "transport.read",
    "FileNotFoundError": "config.missing",
    "PermissionError": "config.missing",
    "IsADirectoryError": "config.missing",
    "NotADirectoryError": "config.missing",
    "MemoryError": "resource.memory",
    "RecursionError": "player.bug",
    "KeyError": "player.bug",
    "IndexError": "player.bug",
    "LookupError": "player.bug",
    "TypeError": "player.bug",
    "AttributeError": "player.bug",
    "AssertionError": "player.bug",
    "NameError": "player.bug",
    "ImportError": "player.bug",
    "SyntaxError": "player.bug",
    "ValueError": "player.bug",
    "ArithmeticError": "player.bug",
    "NotImplementedError": "player.bug",
    "StopIteration": "player.bug",
    "StopAsyncIteration": "player.bug",
    "SystemExit": "player.crash",
    "GeneratorExit": "player.crash",
}

_OTHERS = {
    "asyncio.exceptions.CancelledError": "player.cancelled_self",
    "asyncio.CancelledError": "player.cancelled_self",
    "concurrent.futures._base.CancelledError": "player.cancelled_self",
    "asyncio.exceptions.TimeoutError": "timeout.attempt",
    "asyncio.TimeoutError": "timeout.attempt",
    "asyncio.exceptions.IncompleteReadError": "transport.read",
    "json.decoder.JSONDecodeError": "output.format",
    "json.JSONDecodeError": "output.format",
    "pydantic_core._pydantic_core.ValidationError": "output.format",
    "pydantic_core.ValidationError": "output.format",
    "pydantic.ValidationError": "output.format",
    "pydantic.v1.error_wrappers.ValidationError": "output.format",
    "socket.gaierror": "transport.connect",
    "ssl.SSLCertVerificationError": "config.request",
    "ssl.SSLError": "transport.connect",
    "subprocess.TimeoutExpired": "timeout.attempt",
    "requests.exceptions.ConnectTimeout": "transport.connect",
    "requests.exceptions.ReadTimeout": "transport.read",
    "requests.exceptions.Timeout": "transport.read",
    "requests.exceptions.SSLError": "config.request",
    "requests.exceptions.ConnectionError": "transport.connect",
    "requests.exceptions.ChunkedEncodingError": "transport.read",
    "requests.exceptions.JSONDecodeError": "output.format",
    "requests.exceptions.InvalidURL": "config.request",
    "requests.exceptions.TooManyRedirects": "config.request",
    "langgraph.errors.NodeError": "player.crash",
}


def _under(modules: tuple[str, ...], rows: Mapping[str, str]) -> dict[str, str]:
    return {f"{module}.{name}": code for module in modules for name, code in rows.items()}


CODES_BY_NAME: Mapping[str, str] = MappingProxyType(
    {
        **_under(("builtins",), _BUILTIN),
        **_under(("httpx", "httpx._exceptions", "httpcore", "httpcore._exceptions"), _HTTPX),
        **_under(("openai", "openai._exceptions", "anthropic", "anthropic._exceptions"), _OPENAI),
        **_under(("litellm", "litellm.exceptions"), _LITELLM),
        **_under(("langchain_core.exceptions",), _LANGCHAIN),
        **_under(("langgraph.errors",), _LANGGRAPH),
        **_under(("crewai",), _CREWAI),
        **_OTHERS,
    }
)
"""``module.Class`` → error code."""
