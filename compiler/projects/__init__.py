"""What stands above a Melody: its project, the user's file, a profile of them, and ``--set``.

Precedence (spec 2, Files): defaults → user → project → profile → Melody → step → ``--set``. Times,
attempts, budgets, memory and cpu of a project and its profile are bounds; a lower level can only
tighten them (``bounds``).
"""

from __future__ import annotations
