"""Callee before caller, and the circles in which there is no such order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from compiler.modules.calls import Site, is_player
from compiler.modules.library import File
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note

Follow = Callable[[Site], bool]


def callee_first(top: File) -> tuple[File, ...]:
    """Every file after those that it calls; within a circle in any order."""
    return tuple(file for file, _ in _walk([top], lambda site: True) if file is not None)


def endless(files: Sequence[File]) -> Iterator[tuple[File, Diagnostic]]:
    """MEL232 at each call that closes a circle in which no call has ``max_depth``."""
    for circle in _circles(files):
        owner, closing = circle[-1]
        names = [f"`{file.source.file}`" for file, _ in circle]
        fact = "this Melody calls itself for ever"
        if len(circle) > 1:
            shown = " -> ".join((*names, names[0]))
            fact = f"these Melodies call one another for ever: {shown}"
        cure = "write `max_depth: 4` beside this `call`"
        if is_player(closing.address):
            cure = "let a step `call` it, with `max_depth`, instead of this player"
        yield (
            owner,
            diagnose(
                "MEL232",
                fact,
                closing.file.span,
                notes=tuple(Note("by way of the call", site.file.span) for _, site in circle[:-1]),
                help=cure,
            ),
        )


def _circles(files: Sequence[File]) -> Iterator[list[tuple[File, Site]]]:
    """Circles of calls without ``max_depth``, each with the call that closes it at the end."""
    return (circle for _, circle in _walk(files, lambda site: site.max_depth is None) if circle)


def circles(files: Sequence[File]) -> Mapping[File, int]:
    """A number for each file; those that lie in one circle have the same.

    Tarjan's algorithm, without recursion.
    """
    number: dict[File, int] = {}
    low: dict[File, int] = {}
    group: dict[File, int] = {}
    stack: list[File] = []
    for start in files:
        if start in number:
            continue
        path = [(start, iter(start.targets.values()))]
        number[start] = low[start] = len(number)
        stack.append(start)
        while path:
            file, ahead = path[-1]
            target = next((one for one in ahead if one not in group), None)
            if target is None:
                path.pop()
                if path:
                    above = path[-1][0]
                    low[above] = min(low[above], low[file])
                if low[file] == number[file]:
                    while file not in group:
                        group[stack.pop()] = number[file]
            elif target in number:
                low[file] = min(low[file], number[target])
            else:
                number[target] = low[target] = len(number)
                stack.append(target)
                path.append((target, iter(target.targets.values())))
    return group


def _walk(
    starts: Sequence[File], follow: Follow
) -> Iterator[tuple[File | None, list[tuple[File, Site]]]]:
    """Depth first, without recursion: each file when it is left, each circle when it closes."""
    done: set[File] = set()
    for start in starts:
        if start in done:
            continue
        path: list[tuple[File, Iterator[Site]]] = [(start, iter(start.targets))]
        on_path = {start: 0}
        sites: list[Site] = []
        while path:
            file, ahead = path[-1]
            site = next((one for one in ahead if follow(one)), None)
            if site is None:
                yield file, []
                done.add(file)
                del on_path[file]
                path.pop()
                if sites:
                    sites.pop()
                continue
            target = file.targets[site]
            if target in on_path:
                first = on_path[target]
                chain = [*sites[first:], site]
                yield None, [(one, s) for (one, _), s in zip(path[first:], chain, strict=True)]
            elif target not in done:
                on_path[target] = len(path)
                sites.append(site)
                path.append((target, iter(target.targets)))
