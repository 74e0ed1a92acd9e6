"""``python -m melody.testing NAME``: the conformance kit for an adapter that is installed."""

from __future__ import annotations

import os
from typing import NoReturn

import click

from adapters import registry
from conductor_core.run import Start
from melody.cli.exit_codes import Exit
from melody.cli.output import print_json, print_text, results_only
from melody.cli.problems import stop
from melody.testing.conformance.case import Case, all_cases
from melody.testing.conformance.check import STARTS, check
from melody.testing.conformance.trial import Verdict
from workflow_ir.capability import Feature
from workflow_ir.diagnostics import DiagnosticsError
from workflow_ir.nearest import nearest

_QUIET = {
    "CREWAI_DISABLE_TELEMETRY": "true",
    "CREWAI_TRACING_ENABLED": "false",
    "OTEL_SDK_DISABLED": "true",
}
"""CrewAI calls out when it is imported, unless it is told not to."""


@click.command("python -m melody.testing")
@click.argument("name")
@click.option("--feature", "features", multiple=True, help="Only cases that use it; may repeat.")
@click.option("--case", "cases", multiple=True, help="Only the case of that name; may repeat.")
@click.option(
    "--start", "starts", type=click.Choice(STARTS), multiple=True, help="Only that start mode."
)
@click.option("--package", "packages", multiple=True, help="Import name of its framework.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
def command(
    name: str,
    *,
    features: tuple[str, ...],
    cases: tuple[str, ...],
    starts: tuple[Start, ...],
    packages: tuple[str, ...],
    as_json: bool,
) -> NoReturn:
    """Put the adapter of that NAME to every trial of the conformance kit.

    Exit code 1 if it does not keep the contract.
    """
    for variable, value in _QUIET.items():
        os.environ.setdefault(variable, value)
    try:
        adapter = registry.load(name)
    except DiagnosticsError as error:
        stop(error.diagnostics, {})
    asked = [_feature(one) for one in features] or None
    chosen = _chosen(cases)
    with results_only() as results:
        report = check(
            adapter, asked, starts or STARTS, chosen, packages=packages or None, follow=_follow
        )
        if as_json:
            print_json(report.to_json(), results)
        else:
            print_text(report.text().rstrip("\n"), results)
    raise click.exceptions.Exit(Exit.OK if report.ok else Exit.FAILED)


def _follow(verdict: Verdict) -> None:
    """What is wrong is told at once; the whole takes minutes."""
    if not verdict.ok:
        click.echo(f"{verdict.title}: {verdict.outcome}", err=True)


def _feature(name: str) -> Feature:
    known = [feature.value for feature in Feature]
    if name in known:
        return Feature(name)
    meant = nearest(name, known)
    hint = f"did you mean {meant!r}? " if meant else ""
    raise click.BadParameter(f"there is no feature {name!r}; {hint}known: {', '.join(known)}")


def _chosen(names: tuple[str, ...]) -> list[Case] | None:
    if not names:
        return None
    cases = {case.name: case for case in all_cases()}
    for name in names:
        if name not in cases:
            meant = nearest(name, cases)
            hint = f"; did you mean {meant!r}?" if meant else ""
            raise click.BadParameter(f"there is no case {name!r}{hint}")
    return [cases[name] for name in names]


if __name__ == "__main__":
    command()
