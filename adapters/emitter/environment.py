"""The Jinja environment of generated code: nothing but source gets into a template's holes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    PackageLoader,
    StrictUndefined,
    Undefined,
    nodes,
)
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import TemplateAssertionError

from adapters.emitter.code import Code, joined, literal, words

_STRING_OR_COMMENT: Final = re.compile(
    r"""
    (?P<long> \"{3} | '{3} ) (?: \\. | [^\\] )*? (?P=long)
    | (?P<short> ["'] ) (?: \\. | (?! (?P=short) ) [^\\\n] )* (?P=short)
    | \# [^\n]*
    """,
    re.DOTALL | re.VERBOSE,
)
_LINE_START: Final = re.compile(r"(?<=\n)(?=[^\n])")


@cache
def environment(*packages: str) -> Environment:
    """The templates of some packages and, after them, the shared ones.

    Args:
        packages: Each has a folder ``templates``: ``adapters.native``. A template is named by its
            path in there; the first package that has it gives it.
    """
    return environment_of(
        ChoiceLoader([PackageLoader(package) for package in (*packages, "adapters.emitter")])
    )


def environment_of(loader: BaseLoader) -> Environment:
    """The environment with templates from anywhere."""
    made = _CodeEnvironment(
        loader=loader,
        undefined=StrictUndefined,
        finalize=_source_only,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(
        {"literal": literal, "words": words, "indented": indented, "joined": _joined}
    )
    del made.globals["lipsum"]
    return made


def render(environment: Environment, template: str, **view: Any) -> Code:
    """A template filled in; its text ends with exactly one newline.

    Raises:
        TypeError: A hole was given something that is no ``Code``, which is a bug of ours.
        UndefinedError: A hole was given nothing.
    """
    text = environment.get_template(template).render(**view)
    return Code(f"{text.rstrip()}\n")


def indented(source: Code, levels: int = 1) -> Code:
    r"""Source some levels deeper: each line but the first one, which stands where it is put.

    A line that is empty, or begins inside a string, stays as it is: no value changes.

    >>> indented(Code("if a:\n    b()"))
    'if a:\n        b()'
    """
    if not isinstance(source, Code):
        raise TypeError("only source is indented; write values with `literal`")
    inside = [found.span() for found in _STRING_OR_COMMENT.finditer(source)]
    pieces, end = [], 0
    for start in (found.start() for found in _LINE_START.finditer(source)):
        if not any(first < start < last for first, last in inside):
            pieces += [source[end:start], " " * (4 * levels)]
            end = start
    return Code("".join([*pieces, source[end:]]))


def _joined(parts: Iterable[Code], between: str = "\n") -> Code:
    return joined(parts, between)


def _source_only(value: Any) -> Any:
    if isinstance(value, Undefined):
        str(value)  # raises, and names what is missing
    if isinstance(value, Code) or type(value) is int:
        return value
    raise TypeError(
        f"a hole of a template takes source only, no {type(value).__name__}: "
        "write values with `literal`, ids with `words`"
    )


class _SourceGenerator(CodeGenerator):
    """Two statements write what they are given without asking ``finalize``; they are refused."""

    def visit_CallBlock(self, node: nodes.CallBlock, frame: Frame) -> None:  # noqa: ARG002, N802
        raise TemplateAssertionError(
            "no `call` block in templates of code: give the macro an argument", node.lineno
        )

    def visit_FilterBlock(self, node: nodes.FilterBlock, frame: Frame) -> None:  # noqa: ARG002, N802
        raise TemplateAssertionError(
            "no `filter` block in templates of code: use `set` and the filter", node.lineno
        )


def _concat(pieces: Iterable[str]) -> Code:
    """Text of a template and filled holes: source, since every hole was."""
    return Code("".join(pieces))


class _CodeEnvironment(Environment):
    """What a macro, a ``set`` block, ``super()`` or a template gives is source too."""

    code_generator_class = _SourceGenerator
    concat = staticmethod(_concat)
