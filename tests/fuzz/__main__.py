"""`python -m tests.fuzz [NAME]…`: long searches and what they find.

Names: expressions, mutants, hostile, melodies, ejected.

Without a name all of them run. The exit code is 1 if anything does not hold.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from random import SystemRandom

from adapters import registry
from melody.testing.conformance.case import Case
from tests.differential.comparing import look
from tests.differential.regression import FOLDER, written
from tests.differential.search import search
from tests.differential.statistics import Statistics
from tests.ejected.hostile.filling import MELODIES as EJECTED
from tests.ejected.hostile.filling import compared
from tests.ejected.hostile.filling import hostile as texts_in_holes
from tests.fuzz.expression_property import examine as examine_expression
from tests.fuzz.forms import ALL_FORMS
from tests.fuzz.hostile import HOSTILE
from tests.fuzz.measured import PEAK_BYTES, SECONDS, measured
from tests.fuzz.melodies import ROOT, mutant
from tests.fuzz.reader_property import examine as examine_text

MOST_SHOWN = 10
"""Failures that are printed in full."""
_EVERY_S = 5.0
_FAR = 10**9
OF_ONE_SEED = 25
"""Melodies; Hypothesis draws ever more alike ones from one seed."""


def main() -> int:
    """Runs what is asked for; the exit code."""
    options = _options()
    seed = options.seed if options.seed is not None else SystemRandom().randrange(_FAR)
    failed = 0
    for name in options.searches or _SEARCHES:
        _say(f"{name}: {_SEARCHES[name].__doc__}")
        failed += _SEARCHES[name](options, seed)
    _say("everything holds" if not failed else f"{failed} do not hold")
    return 1 if failed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("searches", nargs="*", metavar="SEARCH", help=", ".join(_SEARCHES))
    parser.add_argument("--seed", type=int, help="the first seed; at random without it")
    parser.add_argument("--count", type=int, help="trials of each search")
    parser.add_argument("--expressions", type=int, default=100_000, metavar="N")
    parser.add_argument("--mutants", type=int, default=20_000, metavar="N")
    parser.add_argument("--melodies", type=int, default=2000, metavar="N")
    parser.add_argument("--ejected", type=int, default=100, metavar="N")
    options = parser.parse_args()
    if unknown := set(options.searches) - set(_SEARCHES):
        parser.error(f"no such search: {', '.join(sorted(unknown))}")
    return options


def _expressions(options: argparse.Namespace, seed: int) -> int:
    """every value is that of Python, of the canonical spelling, and of the type promised"""
    count = options.count or options.expressions
    ends: Counter[str] = Counter()
    met: Counter[str] = Counter()
    failed = 0
    for trial_seed in _seeds(seed, count, ends):
        try:
            trial = examine_expression(trial_seed)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            failed += _told(failed, "expressions", trial_seed, error)
            continue
        ends[trial.end] += 1
        ends["type checked"] += trial.checked
        met.update(trial.forms)
    never = sorted(ALL_FORMS - set(met)) if count >= 2000 else []
    if met:
        rarest = ", ".join(f"{form} {times}" for form, times in met.most_common()[-3:])
        _say(f"  {len(met)} of {len(ALL_FORMS)} forms with a value; rarest: {rarest}")
    if never:
        _say(f"  never with a value: {', '.join(never)}")
    return failed + len(never)


def _mutants(options: argparse.Namespace, seed: int) -> int:
    """Melodies after accidents end in a model or in diagnostics; formatting loses nothing"""
    ends: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    failed = 0
    slowest = (0.0, 0)
    for trial_seed in _seeds(seed, options.count or options.mutants, ends):
        started = time.monotonic()
        try:
            reading = examine_text(mutant(trial_seed))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            failed += _told(failed, "mutants", trial_seed, error)
            continue
        slowest = max(slowest, (time.monotonic() - started, trial_seed))
        ends[reading.end] += 1
        ends["formatted"] += reading.formatted
        ends["cured"] += reading.cured
        codes.update(reading.codes)
    _say(f"  {len(codes)} codes; slowest {slowest[0]:.2f} s (seed {slowest[1]})")
    if slowest[0] > SECONDS:
        _say(f"  slower than {SECONDS} s: seed {slowest[1]}")
        failed += 1
    return failed


def _hostile(options: argparse.Namespace, seed: int) -> int:
    """each text ends within 5 s and 512 MiB, in a process of its own"""
    failed = 0
    for cost in measured():
        faults = []
        if cost.end not in {"model", "errors"}:
            faults.append(cost.end)
        if cost.seconds > SECONDS:
            faults.append(f"longer than {SECONDS} s")
        if cost.peak_bytes > PEAK_BYTES:
            faults.append(f"more than {PEAK_BYTES >> 20} MiB")
        mark = "  " if not faults else "! "
        shown = f"{cost.seconds:6.2f} s {cost.peak_bytes >> 20:5} MiB  {cost.name}"
        _say(f"{mark}{shown}{': ' * bool(faults)}{', '.join(faults)}")
        failed += bool(faults)
    _say(f"  {len(HOSTILE)} texts")
    return failed


def _melodies(options: argparse.Namespace, seed: int) -> int:
    """drawn Melodies are performed alike on every backend, in both start modes"""
    count = options.count or options.melodies
    seen, ends = Statistics(), Counter[str]()

    def looked(case: Case) -> None:
        here = look(case)
        seen.add(case)
        ends[here.status.value] += 1
        ends["free of the schedule"] += not here.places
        ends.update(f"changed by the schedule of {backend}" for backend in here.changed)

    failed = 0
    for number in _seeds(seed, -(-count // OF_ONE_SEED), ends):
        found = search(looked, first=number, count=min(OF_ONE_SEED, count))
        if found is None:
            continue
        failed += 1
        place = FOLDER / f"found_{number}.yaml"
        place.write_text(written(found.case, str(found.problem)), encoding="utf-8")
        _say(f"! seed {number}: {found.problem}")
        _say(f"  the Melody is in {place.relative_to(ROOT)}; a test replays it from now on")
    if seen.sizes:
        for line in (*seen.told(), *seen.table()):
            _say(f"  {line}")
    never = seen.never() if count >= 300 else []
    return failed + bool(never)


def _ejected(options: argparse.Namespace, seed: int) -> int:
    """generated projects of hostile texts have the shape of their harmless twins"""
    ends: Counter[str] = Counter()
    failed = 0
    for trial_seed in _seeds(seed, options.count or options.ejected, ends):
        for name, target in product(EJECTED, registry.names()):
            filled = texts_in_holes(name, trial_seed)
            try:
                compared(filled, name, target)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told
                failed += _told(failed, "ejected", trial_seed, error)
            ends[f"texts for {target}"] += len(filled.texts)
    return failed


_SEARCHES: dict[str, Callable[[argparse.Namespace, int], int]] = {
    "expressions": _expressions,
    "mutants": _mutants,
    "hostile": _hostile,
    "melodies": _melodies,
    "ejected": _ejected,
}


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _seeds(first: int, count: int, ends: Counter[str]) -> Iterator[int]:
    """The seeds, with a line of progress every few seconds."""
    started = shown = time.monotonic()
    _say(f"  {count} trials, seeds from {first}")
    for number in range(count):
        yield first + number
        now = time.monotonic()
        if now - shown > _EVERY_S or number + 1 == count:
            shown = now
            parts = ", ".join(f"{times} {end}" for end, times in ends.most_common())
            _say(f"  {number + 1:>7} in {now - started:5.0f} s: {parts}")


def _told(before: int, search: str, seed: int, error: Exception) -> int:
    """Prints a failure; always 1."""
    if before < MOST_SHOWN:
        _say(f"! seed {seed}: {type(error).__name__}: {error}")
        _say(f"  again: python -m tests.fuzz {search} --seed {seed} --count 1")
    if search == "mutants" and before < MOST_SHOWN:
        place = Path(f"fuzz-{seed}.melody.yaml")
        place.write_bytes(mutant(seed))
        _say(f"  the text is in {place}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
