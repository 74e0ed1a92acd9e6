"""What must hold of an IR beyond its shape: one rule a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from compiler.ir_file.finding import Finding
from compiler.ir_file.rules.expressions import expressions
from compiler.ir_file.rules.modules import modules
from compiler.ir_file.rules.names import names
from compiler.ir_file.rules.order import order
from compiler.ir_file.rules.players import players
from compiler.ir_file.rules.schemas import schemas
from compiler.ir_file.rules.verbs import verbs
from compiler.ir_file.whole import Whole

Rule = Callable[[Whole], Iterator[Finding]]

RULES: tuple[Rule, ...] = (names, order, expressions, verbs, players, schemas, modules)
"""Every rule looks at every IR."""
