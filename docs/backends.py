"""Writes ``docs/backends.md`` from the capability tables of the adapters; ``make docs``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from adapters import registry
from workflow_ir.capability import Capability, Feature, Support

PAGE = Path(__file__).with_suffix(".md")
MARK = "<!-- Written by `make docs` from the capability tables of the adapters. -->"

BACKENDS = {"native": "Native", "langgraph": "LangGraph", "crewai": "CrewAI"}

GROUPS: Mapping[str, tuple[Feature, ...]] = {
    "Steps": (
        Feature.STEP, Feature.SET, Feature.GROUP, Feature.BRANCH, Feature.PARALLEL, Feature.REPEAT,
        Feature.CALL, Feature.APPROVAL, Feature.WAIT, Feature.WAIT_EVENT, Feature.FAIL,
    ),
    "When, how often, in which order": (
        Feature.NEEDS, Feature.WHEN, Feature.FOR_EACH, Feature.FOR_EACH_NESTED, Feature.THRESHOLD,
        Feature.BARRIER, Feature.REQUIRE, Feature.WINDOW, Feature.START_EAGER, Feature.START_GRAPH,
    ),
    "Failures": (
        Feature.RETRY, Feature.VARY, Feature.FALLBACK, Feature.RECONSTRUCT, Feature.REROUTE,
        Feature.SKIP, Feature.ESCALATE, Feature.GATE, Feature.TIMEOUT, Feature.GUARDED_SCOPE,
        Feature.COMPENSATE, Feature.CANCEL, Feature.BREAKER, Feature.HEDGE, Feature.BUDGET,
        Feature.IDEMPOTENCY_KEY,
    ),
    "Players": (
        Feature.AGENT, Feature.MODEL_PROVIDER, Feature.HTTP, Feature.MCP, Feature.CALL_PLAYER,
        Feature.PLUGIN, Feature.FRAMEWORK, Feature.CAPABILITY, Feature.MANAGER, Feature.SECRETS,
        Feature.ISOLATION, Feature.PROCESS_LIMITS, Feature.PLAYER_LIMITS, Feature.GRANT,
        Feature.PLAYER_REQUIRES, Feature.PRELOAD,
    ),
}  # fmt: skip

_IN_WORDS = {
    Feature.WAIT_EVENT, Feature.FOR_EACH_NESTED, Feature.GUARDED_SCOPE, Feature.CANCEL,
    Feature.AGENT, Feature.MODEL_PROVIDER, Feature.HTTP, Feature.MCP, Feature.CALL_PLAYER,
    Feature.PLUGIN, Feature.FRAMEWORK, Feature.CAPABILITY, Feature.PROCESS_LIMITS,
    Feature.PLAYER_LIMITS,
}  # fmt: skip
"""Features whose name is no word of the language."""

WORDS = {
    Support.FULL: "by the framework's own means",
    Support.EMULATED: "by Melody's conductor inside the framework's graph, since the framework has"
    " no means for it, or none that keeps the promise",
    Support.NOTIMPL: "it could be done here and has not been",
    Support.NOTYET: "the framework must change first",
    Support.NEVER: "it makes no sense on this backend",
}


GENERATED = (
    "`melody compile --to BACKEND` writes a project that does without Melody"
    " ([ejecting.md](ejecting.md)). Here **full** is what Python and the framework do by"
    " themselves; **emulated** what the project's own modules do, `policy/` among them, or whom"
    " `run` is given to ask. What is neither is refused, where a step asks for it, before anything"
    " is written (MEL302).\n"
)


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()).rstrip("\n") + "\n"


def _lines() -> Iterator[str]:
    tables = {name: registry.load(name).capabilities() for name in BACKENDS}
    yield f"{MARK}\n\n# Backends: what runs where\n"
    yield (
        "The same Melody gives the same outputs, attempts and decisions on each of these. What"
        " differs is who does the work:\n"
    )
    used = {row.support for table in tables.values() for row in table.values()}
    yield from (f"- **{word.value}**: {WORDS[word]}." for word in Support if word in used)
    yield (
        "\nA feature that is neither is refused at the step that asks for it, before the run"
        " (MEL302). `python -m melody.testing NAME` proves a backend's column, case by case: see"
        " [adapters.md](adapters.md).\n"
    )
    sections = "".join(f" · [{title}](#{title.lower()})" for title in BACKENDS.values())
    yield f"**Contents:** [matrix](#the-matrix){sections} · [generated code](#generated-code)\n"
    yield "## The matrix\n"
    yield f"| feature | {' | '.join(BACKENDS.values())} |\n|---|{'---|' * len(BACKENDS)}"
    for group, features in GROUPS.items():
        yield f"| **{group}** |{' |' * len(BACKENDS)}"
        for feature in features:
            words = " | ".join(tables[name][feature].support.value for name in BACKENDS)
            yield f"| {_code(feature)} | {words} |"
    for name, title in BACKENDS.items():
        yield f"\n## {title}\n"
        yield from _section(name, tables[name])
    yield f"\n## Generated code\n\n{GENERATED}"
    yield from _generated()


def _section(name: str, table: Mapping[Feature, Capability]) -> Iterator[str]:
    """How each feature is done; a backend that does all alike needs no table."""
    hows = {row.how for row in table.values()}
    if len(hows) == 1:
        yield f"Every feature: {hows.pop()}. It needs nothing but Melody."
        return
    yield f"Quirks of the framework, and what is done about them: `adapters/{name}/README.md`.\n"
    yield "| feature | support | how |\n|---|---|---|"
    for features in GROUPS.values():
        for feature in features:
            row = table[feature]
            link = f" ([upstream]({row.link}))" if row.link else ""
            yield f"| {_code(feature)} | {row.support.value} | {row.how}{link} |"


def _generated() -> Iterator[str]:
    """What generated code carries out; a framework that does as native does says so."""
    native, *others = (registry.load(name).ejects() for name in BACKENDS)
    yield f"| feature | {' | '.join(BACKENDS.values())} |\n|---|{'---|' * len(BACKENDS)}"
    for group, features in GROUPS.items():
        yield f"| **{group}** |{' |' * len(BACKENDS)}"
        for feature in features:
            own = _cell(native[feature])
            cells = [_cell(table[feature]) for table in others]
            words = " | ".join([own, *("as native" if cell == own else cell for cell in cells)])
            yield f"| {_code(feature)} | {words} |"


def _cell(row: Capability) -> str:
    return f"{row.support.value}: {row.how}"


def _code(feature: Feature) -> str:
    """Words of the language in code, those of ours as they are."""
    return feature.value if feature in _IN_WORDS else f"`{feature.value}`"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
