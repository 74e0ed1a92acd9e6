"""MEL9xx: the installation, and what must never happen."""

from __future__ import annotations

from workflow_ir.codes.info import error, family

INSTALLATION = family(
    error(
        901,
        "another package has taken a name",
        cause="Melody installs the packages `workflow_ir`, `compiler`, `conductor_core` and "
        "`adapters`, and another distribution owns one of these names here.",
        cure="Install Melody into an environment of its own, or uninstall the other one.",
    ),
    error(
        902,
        "a bug in Melody",
        cause="Something happened that must not happen. It is not your mistake.",
        cure="Report it with the file whose path is printed.",
    ),
    error(
        903,
        "an extra is not installed",
        cause="The backend or feature needs packages that are installed on request only.",
        cure="Install the extra that is named: `pip install 'melody-compiler[crewai]'`.",
    ),
    error(
        951,
        "a node was entered too early",
        cause="The framework entered a node of the graph before its inputs were settled, so the "
        "graph that was built has a wrong edge.",
        cure="Report it; `--start eager` does not depend on the framework's order.",
    ),
    error(
        952,
        "a node of an arm not taken was entered",
        cause="The framework entered a step of a branch's arm that was not chosen.",
        cure="Report it; `--on native` runs the same Melody.",
    ),
    error(
        953,
        "the graph ended without entering every node",
        cause="The framework came to its end, but steps that had to run were never entered.",
        cure="Report it; `--on native` runs the same Melody.",
    ),
)
