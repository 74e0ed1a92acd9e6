"""Steps that write no ladder: class × importance × alternatives × whether a gap is accepted."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Any

from tests.equivalence.grid import Sheet
from tests.equivalence.oracle import ONCE_ONLY, Step

IMPORTANCE = ("low", "normal", "high", "critical")
UNWRITTEN_CODES = (
    "transport.connect", "transport.read", "http.429", "http.500", "http.503", "http.401",
    "auth.expired", "resource.memory", "resource.quota", "http.404", "output.refused",
    "player.bug", "http.400", "output.format", "gate.failed", "policy.wall_time", "cancelled",
)  # fmt: skip
"""Of each class those that differ in what may be done."""


@cache
def unwritten() -> dict[str, Sheet]:
    """One script for each code."""
    return {code: _sheet(code) for code in UNWRITTEN_CODES}


def _sheet(code: str) -> Sheet:
    name = f"unwritten {code}".replace(" ", "_").replace(".", "_")
    melody: dict[str, Any] = {
        "melody": "v1",
        "name": name,
        "players": {},
        "policy": {"on_step_failure": "finish_independent"},
        "steps": {},
    }
    sheet = Sheet(melody, {"players": {}})
    for number, row in enumerate(product(IMPORTANCE, (0, 2), (False, True))):
        _add(sheet, f"s{number:02}", code, *row)
    return sheet


def _add(sheet: Sheet, name: str, code: str, weight: str, spares: int, gap_accepted: bool) -> None:
    melody, script = sheet.melody, sheet.script
    names = [f"{name}_{place}" for place in range(spares + 1)]
    good, again = {"return": {"n": 1}}, code not in ONCE_ONLY
    for place, player in enumerate(names):
        melody["players"][player] = {"python": f"band:{player}", "fallback": names[place + 1 :]}
        last = place == spares and place > 0
        # The last of several helps, after a failure of its own where it may try again.
        acts = [{"error": code, "sleep": "250ms"}, good] if again else [good]
        script["players"][player] = acts if last else [{"error": code}]
    melody["steps"][name] = {"play": names[0], "importance": weight, "output": {"n": "integer"}}
    read = f"steps.{name}.output.n"
    take = f"default({read}, 0)" if gap_accepted else read
    melody["steps"][f"{name}_reader"] = {"set": {"n": f"${{{{ {take} }}}}"}}
    sheet.steps[name] = Step(
        players=tuple(names),
        acts={player: script["players"][player] for player in names},
        importance=weight,
        gap_accepted=gap_accepted,
    )
