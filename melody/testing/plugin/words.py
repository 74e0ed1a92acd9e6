"""What the parts of the plugin call by the same name."""

from __future__ import annotations

OPTION = "melody_update_snapshots"
"""Where pytest keeps ``--update-snapshots``."""
STORED = "melody_stored"
"""A property of a report: what was done to a snapshot. xdist hands it on from its workers."""
