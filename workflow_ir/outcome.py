"""What a performance comes to: ``Success``, ``StandardError`` or ``Gap`` (spec 4)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from workflow_ir.taxonomy import Effects, ErrorClass, FaultDomain, Retryable, facts

Layer = Literal["internal", "orchestration", "policy", "user"]

SCHEMA_VERSION = 1
"""Of the JSON form of an error; another number means that a field changed its sense."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What an attempt has used."""

    usd: float = 0.0
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class StandardError:
    """A failure as data: frozen, plain, the same on every backend. Build it with ``of``."""

    code: str
    """Dotted, stable: ``timeout.attempt``."""
    error_class: ErrorClass
    message: str
    """Safe to show: no secrets, one line."""
    layer: Layer = "internal"
    origin: str = "player"
    """Who made it: player, conductor, model, host."""
    retryable: Retryable = Retryable.UNKNOWN
    retry_after_s: float | None = None
    """Hint of the provider, seconds."""
    effects: Effects = Effects.POSSIBLE
    fault_domain: FaultDomain = FaultDomain.TASK
    detail: dict[str, Any] = field(default_factory=dict)
    """More facts, redacted, JSON."""
    cause_type: str | None = None
    """Qualified name of the exception it was made from."""
    cause_chain: tuple[str, ...] = ()
    """Qualified names of what that exception came from, the nearest first."""
    http_status: int | None = None
    exit_code: int | None = None
    attempts: int | None = None
    """Attempts the player made by itself, the first included. None: it did not report them."""
    cost: Cost = Cost()
    """What the failed attempt has used all the same."""
    policy_limit: str | None = None
    """The bound that was hit."""
    partial_output_ref: str | None = None
    """Where the part of the output lies that came before the failure. None: there is none."""
    target: str | None = None
    """Whom it concerns: a player, or a provider and its model. None: nobody has said."""
    schema_version: int = SCHEMA_VERSION
    """Of the JSON form."""

    @property
    def fingerprint(self) -> str:
        """16 hex digits that are equal for failures of one pattern; computed on demand.

        Made of the code, the target and the message without what differs from time to time:
        numbers, hexadecimal text, quoted text, UUIDs and paths.

        >>> one, other = (StandardError.of("http.503", f"busy, request {n}") for n in (1, 22))
        >>> one.fingerprint == other.fingerprint
        True
        """
        pattern = "\x00".join((self.code, self.target or "", _pattern_of(self.message)))
        return hashlib.sha256(pattern.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @classmethod
    def of(cls, code: str, message: str = "", **fields: Any) -> StandardError:
        """An error of a known code; what the code's row says can be overridden by ``fields``.

        Raises:
            KeyError: ``code`` is not in the taxonomy.
        """
        row = facts(code)
        if row is None:
            raise KeyError(code)
        known: dict[str, Any] = {
            "error_class": row.error_class,
            "retryable": row.retryable,
            "effects": row.effects,
            "fault_domain": row.domain,
            "layer": "policy" if row.domain is FaultDomain.POLICY else _LAYERS[row.error_class],
        }
        return cls(code=row.code, message=message or row.meaning, **{**known, **fields})

    def brief(self) -> dict[str, str]:
        """Class and code: what the normal form compares (spec 3)."""
        return {"class": self.error_class.value, "code": self.code}

    def to_json(self) -> dict[str, Any]:
        """All fields that say something, as plain JSON; ``from_json`` reads it back."""
        tree: dict[str, Any] = {
            "class": self.error_class.value,
            "code": self.code,
            "message": self.message,
            "layer": self.layer,
            "origin": self.origin,
            "retryable": self.retryable.value,
            "effects": self.effects.value,
            "fault_domain": self.fault_domain.value,
            "fingerprint": self.fingerprint,
            "schema_version": self.schema_version,
        }
        for name in _OPTIONAL:
            value = getattr(self, name)
            if value not in (None, (), {}):
                tree[name] = list(value) if isinstance(value, tuple) else value
        if self.cost != Cost():
            tree["cost"] = {"usd": self.cost.usd, "tokens": self.cost.tokens}
        return tree

    @classmethod
    def from_json(cls, tree: dict[str, Any]) -> StandardError:
        """Read what ``to_json`` gave; of a journal from before a field was there, its default."""
        return cls(
            code=tree["code"],
            error_class=ErrorClass(tree["class"]),
            message=tree["message"],
            layer=tree["layer"],
            origin=tree["origin"],
            retryable=Retryable(tree["retryable"]),
            effects=Effects(tree["effects"]),
            fault_domain=FaultDomain(tree["fault_domain"]),
            retry_after_s=tree.get("retry_after_s"),
            detail=tree.get("detail", {}),
            cause_type=tree.get("cause_type"),
            cause_chain=tuple(tree.get("cause_chain", ())),
            http_status=tree.get("http_status"),
            exit_code=tree.get("exit_code"),
            attempts=tree.get("attempts"),
            cost=Cost(**tree.get("cost", {})),
            policy_limit=tree.get("policy_limit"),
            partial_output_ref=tree.get("partial_output_ref"),
            target=tree.get("target"),
            schema_version=tree.get("schema_version", SCHEMA_VERSION),
        )

    def replace(self, **fields: Any) -> StandardError:
        """A copy with other fields."""
        return replace(self, **fields)


_OPTIONAL = (
    "retry_after_s",
    "detail",
    "cause_type",
    "cause_chain",
    "http_status",
    "exit_code",
    "attempts",
    "policy_limit",
    "partial_output_ref",
    "target",
)

_DIFFERS = re.compile(
    r"""
    "[^"]*" | (?<!\w)'[^']*'(?!\w) | `[^`]*` | “[^”]*”          # quoted text
    | \b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b  # a UUID
    | \b[a-z][a-z0-9+.-]{0,20}://[^\s,;)\]]+          # an address
    | (?:/[^\s/:,;)\]]+)+/?                           # a path
    | \b0x[0-9a-f]+\b | \b(?=[0-9a-f]*[0-9])[0-9a-f]{6,}\b  # hexadecimal text
    | [-+]?\d+(?:[.,:]\d+)*                          # a number, a time
    """,
    re.IGNORECASE | re.VERBOSE,
)


_PATTERN_LENGTH = 2000
"""Characters of a message that its pattern is made of."""


def _pattern_of(message: str) -> str:
    return " ".join(_DIFFERS.sub("#", message[:_PATTERN_LENGTH]).split())


_LAYERS: dict[ErrorClass, Layer] = {
    ErrorClass.TRANSIENT: "internal",
    ErrorClass.BACKEND: "internal",
    ErrorClass.AUTHENTICATION: "internal",
    ErrorClass.RESOURCE: "internal",
    ErrorClass.PERMANENT: "internal",
    ErrorClass.ORCHESTRATION: "orchestration",
    ErrorClass.CANCELLED: "orchestration",
}


@dataclass(frozen=True, slots=True)
class Success:
    """A player's good answer."""

    output: Any
    """JSON data."""
    usd: float = 0.0
    tokens: int = 0
    degraded: bool = False
    """The player lowered its own precision to finish."""
    synthetic: bool = False
    """An offline model made it: it looks like an answer and is none."""
    internal_attempts: int | None = None
    """Attempts the player made by itself, the first included. None: it did not report them."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Stands where an output is missing after a graceful skip; listed for review."""

    step: str
    """Run path of the step."""
    reason: Literal["skipped_after_failure"]
    error: StandardError

    def to_json(self) -> dict[str, Any]:
        """The form of spec 8, Results."""
        return {"step": self.step, "reason": self.reason, "error": self.error.brief()}
