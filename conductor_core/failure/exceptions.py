"""Exceptions by qualified name, so that none of their libraries need be installed.

Source: research on failures, section 3 (type trees seen with httpx, openai, litellm, anthropic,
langchain-core, langgraph, crewai, instructor, requests, aiohttp, pydantic and Python 3.11). The
classifier walks an exception's MRO from the most derived class, so an entry for a base also holds
for what derives from it. A code ``http.NNN`` stands for "a status answered": where the exception
carries its status, that counts.
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
        "crewai.flow.async_feedback.types.HumanFeedbackPending",
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
    "APIError": "http.500",  # without a status: an error event in a stream
}

_LITELLM = {
    **_OPENAI,
    "Timeout": "transport.read",
    "ContextWindowExceededError": "output.context",
    "ContentPolicyViolationError": "output.refused",
    "ServiceUnavailableError": "http.503",
    "BadGatewayError": "http.502",
    "PaymentRequiredError": "http.402",
    "MidStreamFallbackError": "transport.read",
    "BudgetExceededError": "resource.quota",  # of the proxy's account, not of our run
    "GuardrailRaisedException": "output.refused",
    "BlockedPiiEntityError": "output.refused",
    "JSONSchemaValidationError": "output.schema",
    "LiteLLMUnknownProvider": "config.model",
    "UnsupportedParamsError": "http.400",
}

_ANTHROPIC = {
    **_OPENAI,
    "CredentialsError": "config.model",
    "APIWebhookValidationError": "input.invalid",
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
    "EmptyInputError": "input.invalid",
}

_CREWAI = {
    "utilities.exceptions.context_window_exceeding_exception.LLMContextLengthExceededError": (
        "output.context"
    ),
    "agents.parser.OutputParserError": "output.format",
    "utilities.converter.ConverterError": "output.format",
    "tools.tool_usage.ToolUsageError": "player.tool",
    "tools.tool_failure.ToolExecutionFailedError": "player.tool",
    "tools.structured_tool.ToolUsageLimitExceededError": "player.tool",
    "utilities.import_utils.OptionalDependencyError": "config.missing",
}

_INSTRUCTOR = {
    "InstructorRetryException": "output.format",
    "ResponseParsingError": "output.format",
    "IncompleteOutputException": "output.truncated",
    "ValidationError": "output.schema",
    "AsyncValidationError": "output.schema",
    "ConfigurationError": "config.invalid",
}

_AIOHTTP = {
    "ClientConnectorCertificateError": "config.request",
    "ClientConnectorError": "transport.connect",
    "ConnectionTimeoutError": "transport.connect",
    "ClientConnectionError": "transport.read",
    "ClientPayloadError": "transport.read",
    "TooManyRedirects": "config.request",
    "ContentTypeError": "output.format",
    "ClientResponseError": "http.500",
    "InvalidURL": "config.request",
    "NonHttpUrlClientError": "config.request",
}

_REQUESTS = {
    "ConnectTimeout": "transport.connect",
    "Timeout": "transport.read",
    "SSLError": "config.request",
    "ConnectionError": "transport.connect",
    "ChunkedEncodingError": "transport.read",
    "ContentDecodingError": "config.request",
    "JSONDecodeError": "output.format",
    "InvalidURL": "config.request",
    "MissingSchema": "config.request",
    "InvalidSchema": "config.request",
    "InvalidHeader": "config.request",
    "TooManyRedirects": "config.request",
}

_URLLIB3 = {
    "SSLError": "config.request",
    "NewConnectionError": "transport.connect",
    "ConnectTimeoutError": "transport.connect",
    "MaxRetryError": "transport.connect",
    "ProtocolError": "transport.read",
    "TimeoutError": "transport.read",
    "LocationValueError": "config.request",
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
    "http.client.HTTPException": "transport.read",
    "http.client.InvalidURL": "config.request",
    "socket.gaierror": "transport.connect",
    "ssl.SSLCertVerificationError": "config.request",
    "ssl.SSLError": "transport.connect",
    "subprocess.TimeoutExpired": "timeout.attempt",
    "urllib.error.HTTPError": "http.500",
    "urllib.error.ContentTooShortError": "transport.read",
    "urllib.error.URLError": "transport.connect",
    "google.genai.errors.APIError": "http.500",
}

UMBRELLAS = frozenset(
    {
        "openai.APIConnectionError",
        "openai.APITimeoutError",
        "anthropic.APIConnectionError",
        "anthropic.APITimeoutError",
        "litellm.exceptions.APIConnectionError",
        "litellm.exceptions.Timeout",
        "langchain_core.exceptions.ModelConnectionError",
        "langchain_core.exceptions.ModelTimeoutError",
        "requests.exceptions.ConnectionError",
        "urllib3.exceptions.MaxRetryError",
        "urllib.error.URLError",
    }
)
"""Said of a connection that was never made and of one that broke: what they came from tells which.
The second may have had effects, the first has none."""


CODES_BY_WORDING: tuple[tuple[str, str, str], ...] = (
    # CrewAI raises a bare Exception when its guardrail has refused an output for the last time.
    ("builtins.Exception", r"Task failed guardrail.{0,12} validation after (\d+) ", "gate.failed"),
    ("builtins.Exception", r"Agent's guardrail failed validation after (\d+) ", "gate.failed"),
    ("builtins.ValueError", r"Agent's guardrail failed validation after (\d+) ", "gate.failed"),
    ("builtins.ValueError", r"Invalid response from LLM call", "output.format"),
)
"""Exact type, how its message begins, code. A number in the wording is that of its retries."""


def _under(modules: tuple[str, ...], rows: Mapping[str, str]) -> dict[str, str]:
    return {f"{module}.{name}": code for module in modules for name, code in rows.items()}


CODES_BY_NAME: Mapping[str, str] = MappingProxyType(
    {
        **_under(("builtins",), _BUILTIN),
        **_under(("httpx", "httpx._exceptions", "httpx2", "httpcore", "httpcore2"), _HTTPX),
        **_under(("openai", "openai._exceptions"), _OPENAI),
        **_under(("anthropic", "anthropic._exceptions"), _ANTHROPIC),
        **_under(("litellm", "litellm.exceptions"), _LITELLM),
        **_under(("langchain_core.exceptions",), _LANGCHAIN),
        **_under(("langgraph.errors",), _LANGGRAPH),
        **_under(("crewai",), _CREWAI),
        **_under(("instructor.v2.core.errors", "instructor.core.exceptions"), _INSTRUCTOR),
        **_under(("aiohttp", "aiohttp.client_exceptions"), _AIOHTTP),
        **_under(("requests", "requests.exceptions"), _REQUESTS),
        **_under(("urllib3.exceptions",), _URLLIB3),
        **_OTHERS,
    }
)
"""``module.Class`` → error code."""
