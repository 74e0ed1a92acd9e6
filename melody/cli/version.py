"""``melody version``."""

from __future__ import annotations

import platform

import click

from melody.version import __version__, version_of

ENGINES = ("langgraph", "crewai")


@click.command
def command() -> None:
    """Show the versions of Melody, Python and the engines."""
    click.echo(f"melody {__version__}")
    click.echo(f"python {platform.python_version()}")
    for engine in ENGINES:
        click.echo(f"{engine} {version_of(engine) or 'not installed'}")
