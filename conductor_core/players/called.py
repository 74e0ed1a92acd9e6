"""The callable of a python player: found, called, and its answer taken.

The worker processes use this too, so nothing heavy is imported here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conductor_core.failure.shown import shown
from conductor_core.players.json_data import NotJsonError, json_data, json_size
from conductor_core.players.project_modules import project_module
from conductor_core.players.signature import Signature
from workflow_ir.nearest import nearest
from workflow_ir.outcome import StandardError, Success

OUTPUT_LIMIT = 16 * 2**20
"""Bytes of an answer as JSON, and of what a process prints; more is ``policy.output``."""


@dataclass(frozen=True, slots=True)
class Called:
    """A callable that was found."""

    function: Callable[..., Any]
    signature: Signature

    @property
    def is_async(self) -> bool:
        """Whether calling it gives something to await. A sync callable may return that, too."""
        return inspect.iscoroutinefunction(
            inspect.unwrap(self.function)
        ) or inspect.iscoroutinefunction(
            getattr(self.function, "__call__", None)  # noqa: B004 - an object with an async __call__
        )


def load(target: str, folder: Path) -> Called | StandardError:
    """Import ``module:name``; the name may be dotted.

    Returns:
        ``config.missing`` where it cannot be found, imported or called.
    """
    found = named(target, folder)
    if isinstance(found, StandardError):
        return found
    if not callable(found):
        return _missing(f"{target!r} is not callable")
    return Called(found, Signature.of(found))


def named(target: str, folder: Path) -> Any:
    """Whatever ``module:name`` names, or ``config.missing`` where it cannot be found or imported.

    Args:
        target: The name may be dotted.
        folder: The project's; its modules come first.
    """
    module_name, _, name = target.partition(":")
    try:
        found: Any = project_module(module_name, folder)
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001 - an import may raise anything, sys.exit too
        return _not_imported(module_name, folder, error)
    for part in name.split("."):
        if not hasattr(found, part):
            meant = nearest(part, [known for known in dir(found) if not known.startswith("_")])
            hint = f"; did you mean {meant!r}?" if meant else ""
            return _missing(f"module {module_name!r} has no {part!r}{hint}")
        found = getattr(found, part)
    return found


def answer(target: str, result: Any, limit: int | None) -> Success | StandardError:
    """What a player returned, as an outcome of JSON data.

    Args:
        target: Names the player in messages.
        result: Whatever it returned; ``Success`` and ``StandardError`` stand for themselves.
        limit: Bytes of the output as JSON. None: ``OUTPUT_LIMIT``.
    """
    if isinstance(result, StandardError):
        return result
    success = result if isinstance(result, Success) else Success(result)
    try:
        output = json_data(success.output)
    except NotJsonError as error:
        return StandardError.of("output.format", shown(f"{target}: {error}"))
    most = OUTPUT_LIMIT if limit is None else limit
    if json_size(output) > most:
        return too_large(target, most)
    return Success(
        output,
        usd=success.usd,
        tokens=success.tokens,
        degraded=success.degraded,
        synthetic=success.synthetic,
        internal_attempts=success.internal_attempts,
    )


def too_large(target: str, limit: int) -> StandardError:
    """The error of an output over the bound."""
    return StandardError.of(
        "policy.output", f"{target} gave more than {limit} bytes", policy_limit="output"
    )


def exited(target: str, error: SystemExit) -> StandardError:
    """The error of a player that called ``sys.exit``."""
    return StandardError.of(
        "player.crash",
        shown(f"{target} ended the program: sys.exit({error.code!r})"),
        cause_type="builtins.SystemExit",
    )


def cancelled_itself(target: str) -> StandardError:
    """The error of a player that raised or brought about its own cancellation."""
    return StandardError.of(
        "player.cancelled_self",
        f"{target} cancelled itself",
        cause_type="asyncio.exceptions.CancelledError",
    )


def _not_imported(module: str, folder: Path, error: BaseException) -> StandardError:
    absent = error.name if isinstance(error, ModuleNotFoundError) else None
    if absent and f"{module}.".startswith(f"{absent}."):
        fact = f"there is no module {module!r} in {folder} and none is installed"
    else:
        fact = f"module {module!r} could not be imported: {type(error).__name__}: {error}"
    return _missing(fact, cause_type=type(error).__qualname__)


def _missing(fact: str, **facts: Any) -> StandardError:
    return StandardError.of("config.missing", shown(fact), origin="host", **facts)
