"""Writes ``docs/failures.md`` from the tables that the classifier itself uses; ``make docs``."""

from __future__ import annotations

import errno
import re
import signal
from collections.abc import Iterator
from pathlib import Path

from conductor_core.failure.classify import CODES_BY_ERRNO
from conductor_core.failure.exceptions import (
    CODES_BY_NAME,
    CODES_BY_WORDING,
    CONTROL_FLOW,
    UMBRELLAS,
)
from conductor_core.failure.exit_code import CODES_BY_EXIT
from workflow_ir.taxonomy import ALIASES, TAXONOMY, ErrorClass

PAGE = Path(__file__).with_suffix(".md")
MARK = (
    "<!-- Written by `make docs` from `workflow_ir/taxonomy.py` and `conductor_core/failure`. -->"
)
CLASSES = {
    ErrorClass.TRANSIENT: "The same thing may work a moment later.",
    ErrorClass.BACKEND: "The provider is in trouble; another one may not be.",
    ErrorClass.AUTHENTICATION: "A credential has to be renewed or replaced.",
    ErrorClass.RESOURCE: "Something is used up: quota, memory, disk, the run's own budget.",
    ErrorClass.PERMANENT: "The same thing will fail again.",
    ErrorClass.ORCHESTRATION: "The player answered, or was stopped, and the run cannot go on"
    " with that.",
    ErrorClass.CANCELLED: "Somebody wanted it so; nothing recovers it.",
}


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()).rstrip("\n") + "\n"


def _lines() -> Iterator[str]:
    yield f"{MARK}\n"
    yield "# Failures\n"
    yield (
        "Every failure of a player becomes one error of a known code, on every backend. `melody"
        " explain http.503` says the same as a row of this page;"
        " `melody explain run:last --step ID` tells what was done about a failure.\n"
    )
    yield from _codes()
    yield from _order()
    yield from _exceptions()
    yield from _statuses()
    yield from _numbers()


def _codes() -> Iterator[str]:
    yield "## Codes\n"
    yield (
        "**Retry**: whether the same player may try again; `after`: once the time that the provider"
        " names is over. **Effects**: what the attempt may have done to the world; a step whose"
        " effects are `once` is not tried again after `possible`. **Fault**: where it lies."
        " **Others**: whether another player may be tried; of permanent errors that are not"
        " `player.*` only where the step's `on_failure` or the policy's `recovery` says so.\n"
    )
    for error_class, meaning in CLASSES.items():
        yield f"### {error_class.value}\n\n{meaning}\n"
        yield "| code | retry | effects | fault | others | meaning |\n|---|---|---|---|---|---|"
        for row in TAXONOMY.values():
            if row.error_class is error_class:
                others = "yes" if row.fallback else "no"
                yield (
                    f"| `{row.code}` | {row.retryable.value} | {row.effects.value} |"
                    f" {row.domain.value} | {others} | {row.meaning} |"
                )
        yield ""
    yield "Another status has the facts of `http.400` or `http.500`. Other names that may be used:"
    yield ", ".join(f"`{alias}` for `{code}`" for alias, code in ALIASES.items()) + ".\n"


def _order() -> Iterator[str]:
    yield "## How an exception becomes an error\n"
    yield (
        "The first of these that says something:\n\n"
        "1. the exception carries a `standard_error`: that is the error;\n"
        "2. its qualified name, then those of its bases, from the most derived class on;\n"
        "3. the HTTP status on it or on its response (also where the name says `http.NNN`: the"
        " status that came counts more than the name's);\n"
        "4. the `errno` of an `OSError`, or the exit code of a process that it tells of;\n"
        "5. else `player.crash`, of which nobody knows whether a retry helps.\n\n"
        "An attribute `is_retryable` (true or false), `retry_after` (seconds) or `num_retries` is"
        " believed whatever the name says. Of a group the first exception counts that is no"
        " cancellation.\n"
    )


def _exceptions() -> Iterator[str]:
    yield "## Exceptions\n"
    yield "By qualified name: none of these libraries need be installed.\n"
    libraries: dict[str, dict[str, str]] = {}
    for name, code in CODES_BY_NAME.items():
        libraries.setdefault(name.partition(".")[0], {})[name.rpartition(".")[2]] = code
    alike: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for library, rows in libraries.items():
        alike.setdefault(tuple(rows.items()), []).append(library)
    for rows_of, names in alike.items():
        yield f"### {', '.join(names)}\n"
        yield "| exception | code |\n|---|---|"
        for kind, code in rows_of:
            yield f"| `{kind}` | `{code}` |"
        yield ""
    yield "### By its wording\n"
    yield "| exception | begins with | code |\n|---|---|---|"
    for kind, start, code in CODES_BY_WORDING:
        text = re.sub(r"\.\{\d+,\d+\}", "…", start).replace(r"(\d+)", "N").strip()
        yield f"| `{kind}` | {text} | `{code}` |"
    yield "\n### Told by their cause\n"
    yield (
        "These are raised for a connection that was never made and for one that broke. What they"
        f" came from tells which: {_list(UMBRELLAS)}.\n"
    )
    yield "### No failures\n"
    yield f"They steer a framework and are raised again: {_list(CONTROL_FLOW)}.\n"


def _statuses() -> Iterator[str]:
    yield "## HTTP\n"
    yield "| status | and its text says | code |\n|---|---|---|"
    yield "| 400, 403, 429 | that a quota or the account's credit is used up | `resource.quota` |"
    yield "| 400, 413, 422 | that the prompt is longer than the context | `output.context` |"
    yield "| 400, 403 | that a content filter or policy refuses it | `output.refused` |"
    yield "| 401 | that something has expired | `auth.expired` |"
    yield "| 401 | anything else | `auth.denied` |"
    yield "| 429 | anything else, without a usable hint | `http.429`, resource_constraint |"
    yield "| 400 to 599 | anything else | `http.NNN` |\n"
    yield (
        "The hint is `Retry-After-MS`, or `Retry-After` in seconds or as a date, measured against"
        " the answer's own `Date`. One that is not positive or cannot be read counts as absent."
        " `X-Should-Retry: true` or `false` overrules the status. A 403 is tried again once where"
        " the player has a credential that can be renewed.\n"
    )


def _numbers() -> Iterator[str]:
    yield "## System errors\n"
    yield "| errno | code |\n|---|---|"
    for number, code in CODES_BY_ERRNO.items():
        yield f"| `{errno.errorcode[number]}` | `{code}` |"
    yield "\n## Exit codes\n"
    yield "| exit code | code | meaning |\n|---|---|---|"
    for number, (code, meaning) in CODES_BY_EXIT.items():
        told = f"{number}" if number > 0 else f"{number}, {128 - number}: {_signal(number)}"
        yield f"| {told} | `{code}` | {meaning} |"
    yield "| others | `player.crash` | the signal is named |\n"
    yield (
        "Where standard error ends with a Python traceback, the exception's name tells the code."
        " A signal that the conductor itself sent is the bound for which it was sent:"
        " `policy.wall_time`, `policy.memory`, `policy.cpu`.\n"
    )


def _signal(number: int) -> str:
    return signal.Signals(-number).name


def _list(names: frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
