"""What an author of an adapter needs to prove it; ``docs/adapters.md`` tells how.

``conformance.check(adapter)`` gives a report, ``pytest_cases(adapter)`` the same as parameters of a
test, ``python -m melody.testing NAME`` the same for an adapter that is installed.
"""

from __future__ import annotations

from melody.testing import conformance
from melody.testing.pytest_cases import pytest_cases

__all__ = ["conformance", "pytest_cases"]
