"""How a step's ``with`` map becomes the arguments of a python player."""

from __future__ import annotations

import inspect
import sys
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workflow_ir.nearest import nearest
from workflow_ir.outcome import StandardError

GIVEN = ("Grant", "PlayRequest")
"""What a parameter gets by its annotation instead of from ``with``: classes of this module."""

_PORTS = "conductor_core.ports"


@dataclass(frozen=True, slots=True)
class Signature:
    """The parameters of one callable, read once."""

    signature: inspect.Signature | None
    """None: a builtin that does not tell."""
    given: Mapping[str, str]
    """Parameter → ``Grant`` or ``PlayRequest``."""
    models: Mapping[str, Any]
    """Parameter → ``TypeAdapter`` of the pydantic models its data become."""
    hints: Mapping[str, Any] = field(default_factory=dict)
    """Parameter → its annotation; as text where it could not be resolved."""

    @classmethod
    def of(cls, target: Callable[..., object]) -> Signature:
        """Read the parameters; annotations that cannot be resolved are taken by their text."""
        try:
            signature = inspect.signature(target)
        except (TypeError, ValueError):
            return cls(None, {}, {})
        hints = _hints(target, signature)
        given = {name: kind for name, hint in hints.items() if (kind := _given(hint))}
        models = {
            name: _adapter(hint)
            for name, hint in hints.items()
            if name not in given and _holds_model(hint)
        }
        return cls(signature, given, models, hints)

    def arguments(
        self, with_: Mapping[str, Any], handed: Callable[[str], object]
    ) -> dict[str, Any] | StandardError:
        """The keyword arguments of one call, or ``input.invalid`` that names the parameter.

        Args:
            with_: The step's map.
            handed: Gives the grant or the request by the name of its class; one of ``GIVEN``.
        """
        arguments = {**with_}
        if self.signature is None:
            return arguments
        taken = next((name for name in arguments if name in self.given), None)
        if taken is not None:
            return _invalid(f"parameter {taken!r} is handed in by melody; take it out of `with`")
        arguments |= {name: handed(kind) for name, kind in self.given.items()}
        wrong = self._mismatch(arguments)
        if wrong is not None:
            return _invalid(wrong)
        for name, adapter in self.models.items():
            if name in arguments:
                made = _validated(adapter, arguments[name])
                if isinstance(made, _Wrong):
                    return _invalid(f"parameter {name!r}: {made.fact}")
                arguments[name] = made
        return arguments

    def _mismatch(self, arguments: Mapping[str, object]) -> str | None:
        assert self.signature is not None
        parameters = self.signature.parameters
        kinds = {parameter.kind for parameter in parameters.values()}
        named = {
            name: parameter
            for name, parameter in parameters.items()
            if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
        }
        for name, parameter in parameters.items():
            if parameter.kind is parameter.POSITIONAL_ONLY and parameter.default is parameter.empty:
                return f"parameter {name!r} can only be given by position; remove the `/`"
        if inspect.Parameter.VAR_KEYWORD not in kinds:
            for name in arguments:
                if name not in named:
                    meant = nearest(name, [known for known in named if known not in self.given])
                    hint = f"; did you mean {meant!r}?" if meant else ""
                    return f"there is no parameter {name!r}{hint}"
        for name, parameter in named.items():
            if parameter.default is parameter.empty and name not in arguments:
                return f"parameter {name!r} is missing; add it to `with`"
        return None


def _invalid(message: str) -> StandardError:
    return StandardError.of("input.invalid", message)


@dataclass(frozen=True, slots=True)
class _Wrong:
    """Data that do not become the model."""

    fact: str


def _adapter(hint: object) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter[Any](hint)


def _validated(adapter: Any, data: Any) -> Any:
    from pydantic import ValidationError

    try:
        return adapter.validate_python(data)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in problem["loc"])
        return _Wrong(f"{place}: {problem['msg']}" if place else problem["msg"])


def _hints(target: Callable[..., object], signature: inspect.Signature) -> dict[str, Any]:
    written = {
        name: parameter.annotation
        for name, parameter in signature.parameters.items()
        if parameter.annotation is not parameter.empty
    }
    called = target if inspect.isroutine(target) else getattr(target, "__call__", target)  # noqa: B004 - an object that is called
    try:
        resolved = typing.get_type_hints(inspect.unwrap(called), include_extras=True)
    except Exception:  # noqa: BLE001 - a name that exists for type checkers only, or worse
        return written
    return {name: resolved.get(name, hint) for name, hint in written.items()}


def _given(hint: object) -> str | None:
    options = typing.get_args(hint) or (hint,)
    for option in options:
        for name in GIVEN:
            if _is_given(option, name) or (isinstance(option, str) and _last_name(option) == name):
                return name
    return None


def _is_given(option: object, name: str) -> bool:
    """Whether it is the class itself; it is not imported for that."""
    return isinstance(option, type) and (option.__module__, option.__qualname__) == (_PORTS, name)


def _last_name(annotation: str) -> str:
    """``Grant`` of ``ports.Grant | None``."""
    return annotation.partition("|")[0].strip().strip("\"'").rpartition(".")[2]


def _holds_model(hint: object) -> bool:
    pydantic = sys.modules.get("pydantic")
    if pydantic is None:  # nobody can have derived from it
        return False
    if isinstance(hint, type) and not typing.get_args(hint):
        return issubclass(hint, pydantic.BaseModel)
    return any(_holds_model(part) for part in typing.get_args(hint))
