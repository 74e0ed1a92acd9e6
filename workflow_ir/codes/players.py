"""MEL6xx: what players and models need from this machine."""

from __future__ import annotations

from workflow_ir.codes.info import error, family, warning

PLAYERS = family(
    error(
        601,
        "secret is not set",
        cause="A step or one of its players reads `secrets.NAME`, and there is no environment "
        "variable of that name; nothing was started.",
        cure="Set the variable that is named, then run again.",
    ),
    warning(
        602,
        "time zone is not known",
        cause="A `window` names a time zone that is not in the time zone database of this machine. "
        "Its run would fail here when the window is asked for.",
        cure="Write a name of the IANA database, such as `Europe/Berlin`, or update the database.",
    ),
)
