"""The one table of diagnostic codes; one module a family."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from workflow_ir.codes.backend import BACKEND
from workflow_ir.codes.chaining import CHAINING
from workflow_ir.codes.checking import CHECKING
from workflow_ir.codes.info import CodeInfo, Example
from workflow_ir.codes.installation import INSTALLATION
from workflow_ir.codes.players import PLAYERS
from workflow_ir.codes.policy import POLICY
from workflow_ir.codes.reading import READING
from workflow_ir.codes.run import RUN
from workflow_ir.codes.testing import TESTING

CODES: Mapping[str, CodeInfo] = MappingProxyType(
    {
        **READING,
        **CHAINING,
        **CHECKING,
        **BACKEND,
        **POLICY,
        **RUN,
        **TESTING,
        **PLAYERS,
        **INSTALLATION,
    }
)
"""Every code, in the order of the families."""

__all__ = ["CODES", "CodeInfo", "Example"]
