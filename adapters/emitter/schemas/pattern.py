r"""A pattern of JSON Schema as a regular expression of Python that finds the same texts.

Python's ``$`` also holds before a last ``\n``, its ``\d`` and ``\w`` know all scripts, and its
``.`` reads most line ends. So these are written out.
"""

from __future__ import annotations

from adapters.emitter.schemas.backtracking import may_take_long
from adapters.emitter.schemas.pattern_tree import (
    Anchor,
    Characters,
    Choice,
    Node,
    Repeat,
    Sequence,
    pattern_tree,
)
from adapters.emitter.schemas.refused import refused


def python_pattern(source: str) -> str:
    r"""The regular expression for ``re.search``.

    Raises:
        PatternError: It is no pattern of the linear subset.
        DiagnosticsError: MEL302: ``re``, which tries one way after the other, could take very long.

    >>> python_pattern(r"^[a-z]+(-\d{2})?$")
    '^[a-z]+(?:-[0-9]{2})?\\Z'
    """
    tree = pattern_tree(source)
    if may_take_long(tree):
        raise refused(
            f"Python's regular expressions may take very long to find the pattern {source!r}",
            "repeat parts whose end the next character tells: `[^@]+@` in place of `.+@`; "
            "or check it in a step of its own",
        )
    return _regex(tree)


def _regex(node: Node) -> str:
    match node:
        case Characters(regex=regex):
            return regex
        case Anchor(mark=mark):
            return "^" if mark == "^" else "\\Z"
        case Sequence(parts=parts):
            return "".join(
                f"(?:{_regex(part)})" if isinstance(part, Choice) else _regex(part)
                for part in parts
            )
        case Choice(options=options):
            return "|".join(map(_regex, options))
        case Repeat(part=part, least=least, most=most):
            inner = _regex(part)
            if not isinstance(part, Characters):
                inner = f"(?:{inner})"
            return inner + _quantifier(least, most)


def _quantifier(least: int, most: int | None) -> str:
    match (least, most):
        case (0, None):
            return "*"
        case (1, None):
            return "+"
        case (0, 1):
            return "?"
        case (_, None):
            return f"{{{least},}}"
    return f"{{{least}}}" if least == most else f"{{{least},{most}}}"
