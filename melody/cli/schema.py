"""``melody schema``."""

from __future__ import annotations

from pathlib import Path

import click

from compiler.language import melody_schema, project_schema, user_schema
from melody.cli.exit_codes import Exit
from melody.cli.options import option
from melody.cli.output import json_text, print_json


@click.command
@option("--project", "of_project", is_flag=True, help="The schema of melody.project.yaml.")
@option("--user", "of_user", is_flag=True, help="The schema of melody.user.yaml, your own file.")
@option("-o", "--output", "file", metavar="FILE", type=click.Path(path_type=Path),
              help="Write it to FILE, not to stdout.")  # fmt: skip
@option("--force", is_flag=True, help="Overwrite FILE even if it is something else.")
def command(*, of_project: bool, of_user: bool, file: Path | None, force: bool) -> None:
    """Print the JSON Schema (draft 7) of the language, for editors.

    With it an editor completes keys, shows what they mean, and marks mistakes. The first line of a
    Melody says where it lies:

    # yaml-language-server: $schema=.melody/melody.v1.schema.json
    """
    if of_project and of_user:
        raise click.UsageError("--project and --user exclude each other.")
    schema = project_schema() if of_project else user_schema() if of_user else melody_schema()
    if file is None:
        print_json(schema)
        return
    try:
        if not force and file.exists() and '"$id": "melody.' not in file.read_text("utf-8"):
            click.echo(f"{file} is no schema of Melody; pass --force to overwrite it", err=True)
            raise click.exceptions.Exit(Exit.USAGE)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json_text(schema) + "\n", encoding="utf-8", newline="\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        click.echo(f"{file} cannot be written: {reason}", err=True)
        raise click.exceptions.Exit(Exit.USAGE) from None
    click.echo(f"wrote {file}", err=True)
