"""Circles in a graph of names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


def circles(edges: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Circles that share no edge back: each as the names on it, from where it was entered.

    Args:
        edges: The names that each name waits for; all of them are keys.

    >>> list(circles({"a": ["b"], "b": ["c"], "c": ["b"], "d": ["d"]}))
    [['b', 'c'], ['d']]
    """
    done: set[str] = set()
    for start in edges:
        if start in done:
            continue
        path = [start]
        places = {start: 0}
        ahead = [iter(edges[start])]
        while ahead:
            name = next(ahead[-1], None)
            if name is None:
                ahead.pop()
                ended = path.pop()
                del places[ended]
                done.add(ended)
            elif name in places:
                yield path[places[name] :]
            elif name not in done:
                places[name] = len(path)
                path.append(name)
                ahead.append(iter(edges[name]))
