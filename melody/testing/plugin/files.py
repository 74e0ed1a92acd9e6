"""Files and folders as pytest collects them; what does the work is imported when they are read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from melody.installation import find_collision
from melody.testing.test_files.places import has_owner


class MelodyFile(pytest.File):
    """A Melody or a test file."""

    def collect(self) -> Iterator[pytest.Item]:
        """Its cases.

        Raises:
            CollectError: MEL901: one of our packages is hidden by another one of its name.
        """
        collision = find_collision()
        if collision is not None:
            raise self.CollectError(str(collision))
        from melody.testing.plugin.items import items_of
        from melody.testing.test_files.cases import cases_in

        yield from items_of(self, cases_in(self.path))


class SnapshotFolder(pytest.Directory):
    """Stored snapshots: one failing case if their test file is gone, else nothing."""

    def collect(self) -> Iterator[pytest.Item]:
        """The case, if there is one."""
        if has_owner(self.path):
            return
        from melody.testing.plugin.items import items_of
        from melody.testing.test_files.cases import cases_in

        yield from items_of(self, cases_in(self.path))
