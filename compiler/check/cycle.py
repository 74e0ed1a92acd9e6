"""MEL207: steps that wait for one another would wait for ever."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.analysis.dependencies import Dependencies, Read, waits_for
from compiler.analysis.symbols import StepSymbol
from compiler.check.subject import Subject
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note

MOST_SHOWN = 12
"""Steps of a circle that are named."""


def cycle(subject: Subject) -> Iterator[Diagnostic]:
    """Each cycle once, at its first reference in file order, the others as notes (spec 8).

    A container settles after everything inside it, so it waits for its inner steps as well.
    """
    search = _Search(subject.dependencies)
    for start in subject.symbols.steps:
        yield from search.cycles_from(start)


class _Search:
    """A depth-first walk without recursion: a Melody may be deep."""

    def __init__(self, dependencies: Dependencies) -> None:
        self._dependencies = dependencies
        self._done: set[StepSymbol] = set()
        self._path: list[tuple[StepSymbol, Read | None]] = []
        self._on_path: dict[StepSymbol, int] = {}
        self._ahead: list[Iterator[tuple[StepSymbol, Read | None]]] = []
        self._untold: list[int] = []
        """Places on the path whose step stands in no circle that is reported."""

    def cycles_from(self, start: StepSymbol) -> Iterator[Diagnostic]:
        if start not in self._done:
            self._push(start, None)
        while self._path:
            following = next(self._ahead[-1], None)
            if following is None:
                self._pop()
                continue
            target, read = following
            if target in self._on_path:
                yield from self._closed(self._on_path[target], read)
            elif target not in self._done:
                self._push(target, read)

    def _closed(self, first: int, read: Read | None) -> Iterator[Diagnostic]:
        """A circle with a step that no reported one has; other ways round are no news."""
        if not self._untold or self._untold[-1] < first:
            return
        while self._untold and self._untold[-1] >= first:
            self._untold.pop()
        yield _report(self._path[first:], read)

    def _push(self, step: StepSymbol, read: Read | None) -> None:
        self._on_path[step] = len(self._path)
        self._untold.append(len(self._path))
        self._path.append((step, read))
        self._ahead.append(waits_for(step, self._dependencies))

    def _pop(self) -> None:
        step, _ = self._path.pop()
        self._ahead.pop()
        del self._on_path[step]
        self._done.add(step)
        if self._untold and self._untold[-1] == len(self._path):
            self._untold.pop()


def _report(around: list[tuple[StepSymbol, Read | None]], closing: Read | None) -> Diagnostic:
    names = [step.id for step, _ in around]
    reads = [read for _, read in around[1:] if read is not None]
    if closing is not None:
        reads.append(closing)
    reads.sort(key=lambda read: read.span)
    first, others = reads[0], reads[1 : MOST_SHOWN + 1]
    if len(names) == 1:
        message = f"step `{names[0]}` waits for itself"
    else:
        shown = [f"`{name}`" for name in (*names[:MOST_SHOWN], names[0])]
        if len(names) > MOST_SHOWN:
            shown.insert(MOST_SHOWN, f"… {len(names) - MOST_SHOWN} more …")
        message = f"these steps wait for one another: {' -> '.join(shown)}"
    return diagnose(
        "MEL207",
        message,
        first.span,
        notes=tuple(Note(f"`{read.target.id}` is waited for", read.span) for read in others),
        help="break the circle: one of them must not read the other"
        if len(names) > 1
        else "read another step; in a loop, `previous` is the result of the iteration before",
    )
