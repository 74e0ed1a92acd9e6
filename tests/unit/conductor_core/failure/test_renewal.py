"""Which failures a renewed credential may cure, and how often."""

from __future__ import annotations

import pytest

from conductor_core.failure.renewal import handled_as, renewals
from workflow_ir.outcome import StandardError
from workflow_ir.taxonomy import TAXONOMY, ErrorClass


@pytest.mark.parametrize("code", TAXONOMY)
def test_a_renewal_cures_what_the_credential_brought_about(code: str) -> None:
    error = StandardError.of(code)
    expected = 2 if error.error_class is ErrorClass.AUTHENTICATION else 0
    assert renewals(error) == (1 if code == "http.403" else expected)
    assert handled_as(error, renewable=False) is error.error_class
    of_403 = ErrorClass.AUTHENTICATION if code == "http.403" else error.error_class
    assert handled_as(error, renewable=True) is of_403
