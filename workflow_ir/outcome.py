"""What a performance comes to: ``Success``, ``StandardError`` or ``Gap`` (spec 4)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from workflow_ir.taxonomy import Effects, ErrorClass, FaultDomain, Retryable, facts

Layer = Literal["internal", "orchestration", "policy", "user"]


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
    http_status: int | None = None
    exit_code: int | None = None
    policy_limit: str | None = None
    """The bound that was hit."""

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
        }
        for name in _OPTIONAL:
            value = getattr(self, name)
            if value not in (None, (), {}):
                tree[name] = list(value) if isinstance(value, tuple) else value
        return tree

    @classmethod
    def from_json(cls, tree: dict[str, Any]) -> StandardError:
        """Read what ``to_json`` gave."""
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
            policy_limit=tree.get("policy_limit"),
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
    "policy_limit",
)

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
    internal_attempts: int = 1
    """Attempts the player made by itself inside its grant."""


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
