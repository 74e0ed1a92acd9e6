"""What the kit tells of an adapter: a table of features by start modes, then every finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conductor_core.run import Start
from melody.testing.conformance.finding import Check, Finding
from melody.testing.conformance.trial import Outcome, Verdict
from workflow_ir.capability import Feature

_SHOWN = 10
"""Features without a case that are told by name; of a part of the kit most are."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One feature in one start mode: how many cases came to what."""

    counts: Mapping[Outcome, int]

    def __str__(self) -> str:
        if not self.counts:
            return "no case"
        return ", ".join(f"{self.counts[one]} {one}" for one in Outcome if one in self.counts)

    @property
    def ok(self) -> bool:
        """No case that uses it is wrong."""
        return set(self.counts) <= {Outcome.PASSED, Outcome.GAP}


@dataclass(frozen=True, slots=True)
class Report:
    """The verdicts on one adapter."""

    adapter: str
    starts: tuple[Start, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def ok(self) -> bool:
        """It keeps the contract, apart from the gaps that it declares."""
        return all(verdict.ok for verdict in self.verdicts)

    @property
    def wrong(self) -> tuple[Verdict, ...]:
        """Trials that show a mistake of the adapter, or of its table."""
        return tuple(verdict for verdict in self.verdicts if not verdict.ok)

    @property
    def findings(self) -> tuple[tuple[Verdict, Finding], ...]:
        """Every mistake with the trial that shows it; declared gaps are none."""
        return tuple((verdict, one) for verdict in self.wrong for one in verdict.findings)

    @property
    def caught(self) -> frozenset[Check]:
        """The names of the checks that found something."""
        return frozenset(one.check for _, one in self.findings)

    @property
    def without_case(self) -> tuple[Feature, ...]:
        """Features that no trial of this report has used."""
        used = {feature for verdict in self.verdicts for feature in verdict.features}
        return tuple(feature for feature in Feature if feature not in used)

    def cell(self, feature: Feature, start: Start) -> Cell:
        """What became of a feature in a start mode."""
        counts: dict[Outcome, int] = {}
        for verdict in self.verdicts:
            if verdict.start == start and feature in verdict.features:
                counts[verdict.outcome] = counts.get(verdict.outcome, 0) + 1
        return Cell(counts)

    def text(self) -> str:
        """For a reader: one line a feature, then one line a finding."""
        return "\n".join(self._lines()) + "\n"

    def to_json(self) -> dict[str, Any]:
        """``adapter``, ``ok``, ``features`` (by name, by start mode: counts), ``trials``."""
        return {
            "adapter": self.adapter,
            "ok": self.ok,
            "features": {
                feature.value: {
                    start: {one.value: n for one, n in self.cell(feature, start).counts.items()}
                    for start in self.starts
                }
                for feature in Feature
            },
            "trials": [_trial(verdict) for verdict in self.verdicts],
        }

    def _lines(self) -> Iterator[str]:
        told = "keeps the contract" if self.ok else f"{len(self.findings)} findings"
        yield f"{self.adapter}: {told} ({len(self.verdicts)} trials)"
        yield ""
        yield from _table(
            [
                ("feature", *self.starts),
                *(
                    (feature.value, *(str(self.cell(feature, start)) for start in self.starts))
                    for feature in Feature
                    if feature not in self.without_case
                ),
            ]
        )
        if self.without_case:
            yield ""
            names = [feature.value for feature in self.without_case]
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            yield f"no case: {', '.join(names[:_SHOWN])}{more}"
        for verdict in self.wrong:
            yield ""
            yield verdict.title
            if verdict.features:
                yield f"  asks for: {', '.join(feature.value for feature in verdict.features)}"
            for finding in verdict.findings:
                yield f"  {finding}"


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()


def _trial(verdict: Verdict) -> dict[str, Any]:
    return {
        "name": verdict.name,
        "start": verdict.start,
        "outcome": verdict.outcome.value,
        "features": [feature.value for feature in verdict.features],
        "gaps": [feature.value for feature in verdict.gaps],
        "findings": [
            {"check": one.check.value, "message": one.message} for one in verdict.findings
        ],
    }
