"""``melody doctor``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from melody.cli.exit_codes import Exit
from melody.cli.output import print_text
from melody.cli.terminal import styled
from melody.doctor import Verdict, findings
from workflow_ir.visible import visible

_STYLES = {Verdict.GOOD: "good", Verdict.MISSING: "dim", Verdict.BAD: "error"}


@click.command
def command() -> None:
    """Check the installation, the project and the folder; nothing is fetched.

    Exit code 1 if something is bad; what one can do without is marked by --.
    """
    bad = 0
    for found in findings(Path.cwd()):
        bad += found.verdict is Verdict.BAD
        mark = styled(_STYLES[found.verdict], f"{found.verdict.value:<3}")
        print_text(f"{mark}  {found.point:<9}  {visible(found.fact)}", sys.stdout)
        if found.cure is not None:
            print_text(f"{'':<16}{visible(found.cure)}", sys.stdout)
    if bad:
        raise click.exceptions.Exit(Exit.FAILED)
