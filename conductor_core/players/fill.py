"""The computed values of a player's own template, filled with the step's ``with`` map."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from conductor_core.evaluator import Evaluator
from workflow_ir.expressions.errors import EvaluationError
from workflow_ir.outcome import StandardError
from workflow_ir.values import Value


@dataclass(frozen=True, slots=True)
class Filler:
    """Fills the templates of one player; each is compiled once."""

    _evaluator: Evaluator = field(default_factory=Evaluator)

    def fill(
        self,
        value: Value,
        with_: Mapping[str, Any],
        arguments: Sequence[Any] = (),
        secrets: Mapping[str, str] | None = None,
    ) -> Any:
        """The value as JSON data; ``with`` is all that is in scope (spec 8, Text).

        The command of a ``run:`` step has nothing but ``arguments``, which the step evaluated;
        headers and env see ``secrets`` too.

        Raises:
            EvaluationError: An expression failed; ``from_evaluation`` makes an outcome of it.
        """
        env: dict[str, object] = {"with": with_, "arguments": list(arguments)}
        if secrets is not None:
            env["secrets"] = secrets
        return self._evaluator.value(value)(env)

    def text(self, value: Value, with_: Mapping[str, Any], arguments: Sequence[Any] = ()) -> str:
        """The value as text: strings as they are, others as by ``str()``.

        Raises:
            EvaluationError: As ``fill``.
        """
        return as_text(self.fill(value, with_, arguments))


def as_text(value: Any) -> str:
    """Strings as they are, other data as ``str()`` writes them.

    Without the bound that expressions have on the texts they make: this text leaves the run.
    """
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def from_evaluation(error: EvaluationError, *, where: str) -> StandardError:
    """The failure of a player whose template could not be filled."""
    return StandardError.of(error.code, f"{where}: {error}", layer="user")
