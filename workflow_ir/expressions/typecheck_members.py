"""The types of reads: names, members, positions, and steps that may not have run."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from workflow_ir.expressions.narrowing import Facts, ReadPath, has_run, is_present, position_of
from workflow_ir.expressions.problem import Problem, TypeProblem
from workflow_ir.expressions.references import Link, member_of
from workflow_ir.expressions.typecheck_operators import require_index, short
from workflow_ir.nearest import nearest
from workflow_ir.types.describe import describe, show
from workflow_ir.types.join import join
from workflow_ir.types.model import (
    Absent,
    Enum,
    Json,
    ListOf,
    MapOf,
    Nullable,
    Object,
    String,
    Type,
    atoms,
    may_be_null,
    stripped,
    without_null,
)

_KNOWN_FIELDS = {"length": "len", "size": "len", "count": "len", "first": "first", "last": "last"}


class Scope:
    """The names that can be read: those given, and those of loops."""

    def __init__(self, names: Mapping[str, Type], hidden_steps: Mapping[str, str]) -> None:
        self._names = names
        self._loops: dict[str, Type] = {}
        self.hidden_steps = hidden_steps

    def bind(self, name: str, type_: Type) -> None:
        """Opens the name of a loop."""
        self._loops[name] = type_

    def release(self, name: str) -> None:
        """Closes it."""
        self._loops.pop(name, None)

    def is_outer(self, name: str) -> bool:
        """Whether a loop's name would hide one that was given."""
        return name in self._names

    def knows(self, name: str) -> bool:
        """Whether a name can be read."""
        return name in self._loops or name in self._names

    def type_of(self, name: str) -> Type:
        """The type of a name.

        Raises:
            TypeProblem: MEL206.
        """
        if name in self._loops:
            return self._loops[name]
        if name in self._names:
            return self._names[name]
        known = [item for item in (*self._names, *self._loops) if not item.startswith("__")]
        raise _unknown_name(name, known, self._names)


_MEANS_OUTPUT = frozenset({"result", "results", "outputs", "value"})
"""What other tools call the output of a step."""


def _unknown_name(name: str, known: list[str], names: Mapping[str, Type]) -> TypeProblem:
    message = f"There is no name {name!r} here."
    for root in ("inputs", "steps"):
        fields = stripped(names.get(root, Json()))
        if isinstance(fields, Object) and name in fields.fields:
            suggestion = f"{root}.{name}"
            return TypeProblem("MEL206", message, f"Did you mean `{suggestion}`?", suggestion)
    meant = nearest(name, known)
    if meant is not None:
        return TypeProblem("MEL206", message, f"Did you mean `{meant}`?", meant)
    listed = ", ".join(sorted(known)) or "none"
    return TypeProblem("MEL206", message, f"The names here: {listed}. Text is put in quotes.")


class Members:
    """Follows one chain of members; holds what has been found so far."""

    def __init__(self, source: str, scope: Scope, facts: Facts, *, guarded: bool) -> None:
        self._source = source
        self._scope = scope
        self._facts = facts
        self._guarded = guarded
        self._path: ReadPath | None = ()
        self._absent: str | None = None
        self._problems: list[Problem] = []
        self._before = ""
        self.type: Type = Json()
        """The type of what has been read up to here."""

    def begin(self, name: ast.Name) -> None:
        """Reads the first name."""
        self._path = (name.id,)
        self._before = name.id
        try:
            self._set(self._scope.type_of(name.id))
        except TypeProblem as problem:
            assert name.end_col_offset is not None
            self._problems.append(problem.at(name.col_offset, name.end_col_offset))

    def begin_with(self, base: ast.expr, type_: Type) -> None:
        """Begins with a value that is no name."""
        self._path = None
        self._before = self._source[base.col_offset : base.end_col_offset]
        self.type = type_

    def enter(self, link: Link, index: Type | None) -> None:
        """Reads one member.

        Args:
            link: The member.
            index: The type of the index in brackets; None for a name or a slice.
        """
        key = member_of(link)
        step = key if key is not None else position_of(link)
        self._path = (*self._path, step) if self._path is not None and step is not None else None
        try:
            self._require_not_null()
            whole = without_null(self.type)
            if key is not None:
                self._set(self._member(whole, key))
            elif index is None:
                self._set(_part_of(whole))
            else:
                self._set(_item_of(whole, index))
        except TypeProblem as problem:
            self._problems.append(problem.at(*_place_of(link, key, problem)))
            self._path = None
            self.type = Json()
        self._before = self._source[link.col_offset : link.end_col_offset]

    def finish(self, node: ast.expr) -> list[Problem]:
        """The problems of the whole chain."""
        assert node.end_col_offset is not None
        if self._problems:
            return self._problems[:1]
        start, end = node.col_offset, node.end_col_offset
        text = self._source[start:end]
        if self._absent is not None and not self._guarded:
            return [_absent_problem(self._absent, text).at(start, end)]
        if self._path and self._path[0] == "steps" and len(self._path) <= 2 and self._is_step():
            self.type = Json()
            return [_whole_step_problem(text).at(start, end)]
        return []

    def _is_step(self) -> bool:
        return isinstance(stripped(self.type), Object)

    def _set(self, type_: Type) -> None:
        if isinstance(type_, Absent):
            known = self._path is not None and (
                has_run(self._facts, self._path) or is_present(self._facts, self._path)
            )
            self._absent = self._absent if known else type_.step
            type_ = type_.of
        if may_be_null(type_) and self._path and is_present(self._facts, self._path):
            type_ = without_null(type_)
        self.type = type_

    def _require_not_null(self) -> None:
        if self._guarded or not may_be_null(self.type):
            return
        text = short(self._before)
        help_ = f"Write `default(…, y)` round the whole, or test `{text} != null` before."
        raise TypeProblem("MEL210", f"`{text}` may be null, which has no members.", help_)

    def _member(self, whole: Type, key: str) -> Type:
        found: list[Type] = []
        problem: TypeProblem | None = None
        for atom in atoms(whole):
            try:
                found.append(self._member_of_atom(atom, key))
            except TypeProblem as error:
                problem = error
        if problem is not None and not found:
            raise problem
        return found[0] if len(found) == 1 else join(found) if found else Json()

    def _member_of_atom(self, atom: Type, key: str) -> Type:
        match atom:
            case Json():
                return Json()
            case MapOf(value):
                return value
            case Object(fields, closed):
                field = fields.get(key)
                if field is not None:
                    return field.type if field.required else _optional(field.type)
                if not closed:
                    return Json()
                raise self._no_field(key, atom)
            case _:
                raise _no_members(key, atom, short(self._before))

    def _no_field(self, key: str, whole: Object) -> TypeProblem:
        parent = (self._path or ())[:-1]
        meant = nearest(key, whole.fields)
        if len(parent) == 2 and parent[0] == "steps" and key in _MEANS_OUTPUT:
            meant = "output"
        help_ = f"Did you mean `{meant}`?" if meant else None
        if parent == ("steps",):
            help_ = self._scope.hidden_steps.get(key, help_)
            suggestion = None if key in self._scope.hidden_steps else meant
            return TypeProblem("MEL201", f"There is no step {key!r} here.", help_, suggestion)
        known = ", ".join(list(whole.fields)[:12]) or "none"
        if parent == ("inputs",):
            help_ = help_ or f"The inputs: {known}."
            return TypeProblem("MEL213", f"There is no input {key!r}.", help_, meant)
        help_ = self._step_help(key, parent) or help_ or f"The fields: {known}."
        return TypeProblem("MEL204", f"`{short(self._before)}` has no field {key!r}.", help_, meant)

    def _step_help(self, key: str, parent: ReadPath) -> str | None:
        if len(parent) != 2 or parent[0] != "steps" or not isinstance(self.type, Object):
            return None
        output = self.type.fields.get("output")
        inner = stripped(without_null(stripped(output.type))) if output is not None else None
        if isinstance(inner, Object) and key in inner.fields:
            return f"Write `{short(self._before)}.output.{key}`."
        return None


def _optional(type_: Type) -> Type:
    return type_ if may_be_null(type_) or isinstance(stripped(type_), Json) else Nullable(type_)


def _place_of(link: Link, key: str | None, problem: TypeProblem) -> tuple[int, int]:
    """The key alone where a name is wrong, so that a suggestion can replace it; else the read."""
    assert link.end_col_offset is not None
    if key is None or problem.code == "MEL210":
        return link.col_offset, link.end_col_offset
    if isinstance(link, ast.Attribute):
        return link.end_col_offset - len(key), link.end_col_offset
    assert link.slice.end_col_offset is not None
    if problem.suggestion is not None:
        problem.suggestion = show(problem.suggestion)
    return link.slice.col_offset, link.slice.end_col_offset


def _no_members(key: str, atom: Type, before: str) -> TypeProblem:
    function = _KNOWN_FIELDS.get(key)
    help_ = f"Write `{function}({before})`." if function else None
    if isinstance(atom, ListOf) and not function:
        help_ = f"Write `{before}[0].{key}` for one item, `[x.{key} for x in {before}]` for all."
    return TypeProblem("MEL204", f"{_subject(atom)} has no field {key!r}.", help_)


def _subject(atom: Type) -> str:
    return "A text" if isinstance(atom, String | Enum) else f"A value of type {describe(atom)}"


def _item_of(whole: Type, index: Type) -> Type:
    found: list[Type] = []
    for atom in atoms(whole):
        match atom:
            case Json():
                found.append(Json())
            case ListOf(item):
                require_index(index)
                found.append(item)
            case MapOf(value):
                _require_text_key(index)
                found.append(value)
            case Object(fields, closed):
                _require_text_key(index)
                known = [_optional(field.type) for field in fields.values()]
                found.append(join(known) if closed else Json())
            case String() | Enum():
                require_index(index)
                found.append(String())
            case _:
                raise TypeProblem("MEL210", f"{describe(atom)} has no items.")
    return found[0] if len(found) == 1 else join(found)


def _require_text_key(index: Type) -> None:
    if all(isinstance(atom, Json | String | Enum) for atom in atoms(index)):
        return
    raise TypeProblem("MEL210", f"The keys of a map are texts, not {describe(index)}.")


def _part_of(whole: Type) -> Type:
    for atom in atoms(whole):
        if not isinstance(atom, Json | ListOf | String | Enum):
            raise TypeProblem("MEL210", f"{describe(atom)} has no parts.", "Write `values(x)`.")
    return join(String() if isinstance(atom, Enum) else atom for atom in atoms(whole))


def _absent_problem(step: str, text: str) -> TypeProblem:
    return TypeProblem(
        "MEL209",
        f"`{short(text)}` may not exist: the step {step!r} may be skipped.",
        f"Write `default({short(text)}, y)`, where `y` stands in, "
        f"or test `steps.{step}.ok` before.",
    )


def _whole_step_problem(text: str) -> TypeProblem:
    if text == "steps":
        return TypeProblem(
            "MEL210", "`steps` alone is no value.", "Name a step: `steps.ID.output`."
        )
    help_ = f"Write `{short(text)}.output`."
    return TypeProblem("MEL210", f"`{short(text)}` is a step, no value.", help_, f"{text}.output")
