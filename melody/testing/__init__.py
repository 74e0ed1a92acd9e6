"""Tests of Melodies and of adapters.

For authors of an adapter (``docs/adapters.md``): ``conformance.check(adapter)`` gives a report,
``pytest_cases(adapter)`` the same as parameters of a test, ``python -m melody.testing NAME`` the
same for an adapter that is installed. For everybody (``docs/testing.md``): ``plugin``, which pytest
loads in every project, and so nothing is imported here before it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from melody.testing import conformance
    from melody.testing.conformance.pytest_cases import pytest_cases

__all__ = ["conformance", "pytest_cases"]


def __getattr__(name: str) -> Any:
    if name == "conformance":
        return import_module("melody.testing.conformance")
    if name == "pytest_cases":
        return import_module("melody.testing.conformance.pytest_cases").pytest_cases
    raise AttributeError(f"module 'melody.testing' has no attribute {name!r}")
