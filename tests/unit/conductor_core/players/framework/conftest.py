from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.conductor_core.players.framework.objects import Project


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """One for a test file: its modules import whole frameworks."""
    made = Project(tmp_path_factory.mktemp("brought"))
    yield made
    made.close()
