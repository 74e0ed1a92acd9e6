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
    error(
        603,
        "model cannot be asked",
        cause="A player asks a model that this machine cannot ask: its key is not set, its "
        "provider or address is not known, or a package is missing; nothing was started.",
        cure="Do what the help line says, or run with `--offline`: no model is asked then, and "
        "all answers are synthetic.",
    ),
    error(
        604,
        "cassette cannot be used",
        cause="The file of `--record` or `--replay` is missing, damaged, or no cassette; nothing "
        "was started. A file that is no cassette is never written over.",
        cure="Name another file, or record a cassette with `--record FILE`.",
    ),
    error(
        605,
        "made-up answers in production",
        cause="The run has the profile `production`, and a model of it is the offline one, whose "
        "answers are placeholders; nothing was started.",
        cure="Let the profile name a real model, or run with another profile.",
    ),
)
