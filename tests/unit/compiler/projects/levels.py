"""A Melody with a policy at each of the levels that a test names."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.pipeline import Compilation, compile_file
from workflow_ir.policy import Policy
from workflow_ir.steps import layers

LEVELS = ("user", "project", "profile", "melody", "step", "set")
"""From the outermost to the innermost."""
BINDING = ("project", "profile", "melody")
"""Levels whose times, budgets, memory and cpu bind the ones below."""


def user_file(folder: Path, text: str, patch: pytest.MonkeyPatch) -> Path:
    """Write the user's own file and let it be found."""
    place = folder / "config" / "melody"
    place.mkdir(parents=True)
    path = place / "melody.user.yaml"
    path.write_text(text)
    patch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
    return path


def at_levels(
    folder: Path,
    patch: pytest.MonkeyPatch,
    policies: dict[str, str],
    *,
    settings: tuple[str, ...] = (),
) -> Compilation:
    """Compile ``a.melody.yaml`` with one step ``a``.

    Args:
        folder: Where the project is made.
        patch: Lets the user's file be found.
        policies: By level, the inside of its ``policy: {…}``; of ``set`` a whole option.
        settings: More options.
    """
    if "user" in policies:
        user_file(folder, f"policy: {{{policies['user']}}}\n", patch)
    home = folder / "project"
    home.mkdir()
    project = "allow: {python: [m]}\n"
    if "project" in policies:
        project += f"policy: {{{policies['project']}}}\n"
    if "profile" in policies:
        project += f"profiles: {{p: {{policy: {{{policies['profile']}}}}}}}\n"
    home.joinpath("melody.project.yaml").write_text(project)
    text = 'melody: v1\nname: a\nplayers: {p: {python: "m:f"}}\n'
    if "melody" in policies:
        text += f"policy: {{{policies['melody']}}}\n"
    step = f", policy: {{{policies['step']}}}" if "step" in policies else ""
    text += f"steps: {{a: {{play: p{step}}}}}\n"
    path = home / "a.melody.yaml"
    path.write_text(text)
    options = (*settings, *([policies["set"]] if "set" in policies else ()))
    profile = "p" if "profile" in policies else None
    return compile_file(path, profile=profile, settings=options)


def policy_of(made: Compilation) -> Policy:
    """The policy of the one step."""
    assert made.ir is not None, made.diagnostics
    guard = layers(made.ir.root.steps[0]).guard
    assert guard is not None
    return guard.policy
