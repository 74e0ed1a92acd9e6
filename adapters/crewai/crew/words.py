"""What a step does and gives, in the words of a crew's task.

CrewAI fills ``{name}`` in such texts from the inputs of a kickoff, and refuses a name it is not
given. So an input of the Melody stands as ``{name}``, every other expression as ``<expression>``,
and braces that would be taken for a name are set apart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from itertools import groupby

from workflow_ir.steps import (
    Approval,
    Branch,
    Call,
    Fail,
    Group,
    Parallel,
    Play,
    Repeat,
    Scope,
    Set,
    Step,
    Verb,
    Wait,
    layers,
)
from workflow_ir.types.describe import describe
from workflow_ir.types.json_schema import from_json_schema
from workflow_ir.values import (
    ConvertValue,
    ExprValue,
    ListValue,
    LiteralValue,
    MapValue,
    TextValue,
    Value,
)
from workflow_ir.workflow import WorkflowIR

_INPUT = re.compile(r"inputs\.([A-Za-z_][A-Za-z0-9_]*)")
_WOULD_BE_FILLED = re.compile(r"\{([A-Za-z_][A-Za-z0-9_\-]*)\}")
_MEANT_FOR_CHATS = "crew_chat_messages"
"""CrewAI takes an input of this name for a conversation, and reads it as JSON."""


class Words:
    """Texts about the steps of one Melody.

    Args:
        modules: Sub-melodies, by hash.
        inputs: Inputs that a kickoff of the crew will give.
    """

    def __init__(self, modules: Mapping[str, WorkflowIR], inputs: Collection[str] = ()) -> None:
        self._modules = modules
        self._inputs = {name for name in inputs if name != _MEANT_FOR_CHATS}
        self.named: list[str] = []
        """Inputs that stand in what was told so far, in order."""

    def description(self, step: Step) -> str:
        """What the step does: its label, else its prompt, else its verb; and when."""
        when, _, _, each, _, verb = layers(step)
        told = apart(step.label) if step.label is not None else self._verb(verb)
        if each is not None:
            told = f"For each item of {self.text(each.items)}: {told}"
        if when is not None:
            told = f"{told}\nOnly if {self.text(when.condition)}."
        return told

    def expected_output(self, step: Step) -> str:
        """What the step gives, by its schema."""
        *_, each, guard, _ = layers(step)
        if guard is None or guard.output is None:
            return "A list of JSON values." if each is not None else "A JSON value."
        type_ = apart(describe(from_json_schema(guard.output)))
        of = "A list of JSON, each" if each is not None else "JSON"
        return f"{of} of the type {type_}."

    def text(self, value: Value) -> str:
        """A value as people read it."""
        match value:
            case LiteralValue(value=constant):
                return apart(constant if isinstance(constant, str) else _json(constant))
            case ExprValue(source=source):
                return self._expression(source)
            case TextValue(parts=parts):
                return "".join(
                    apart("".join(map(str, told))) if is_text else self._expressions(told)
                    for is_text, told in groupby(parts, lambda part: isinstance(part, str))
                )
            case MapValue(entries=entries):
                return ", ".join(
                    f"{apart(key)}: {self.text(entry)}" for key, entry in entries.items()
                )
            case ListValue(items=items):
                return ", ".join(map(self.text, items))
            case ConvertValue(value=inner):
                return self.text(inner)

    def _expressions(self, parts: Iterable[str | ExprValue]) -> str:
        return "".join(
            self._expression(part.source) for part in parts if isinstance(part, ExprValue)
        )

    def _expression(self, source: str) -> str:
        found = _INPUT.fullmatch(source.strip())
        if found is None or found[1] not in self._inputs:
            return apart(f"<{source.strip()}>")
        if found[1] not in self.named:
            self.named.append(found[1])
        return f"{{{found[1]}}}"

    def _verb(self, verb: Verb) -> str:
        match verb:
            case Play(prompt=prompt) if prompt is not None:
                return self.text(prompt)
            case Play(with_=given):
                who = apart(" or ".join(verb.players()))
                return f"{who}." if given is None else f"{who} with {self.text(given)}."
            case Set(value=value):
                return f"Set {self.text(value)}."
            case Approval(text=question):
                return f"Ask a person: {self.text(question)}"
            case Wait(seconds=seconds, until=until, event=event):
                if event is not None:
                    return apart(f"Wait for the event {event!r}.")
                until_when = f"{seconds:g} s" if until is None else f"until {self.text(until)}"
                return f"Wait {until_when}."
            case Fail(error=error):
                return apart(f"Fail with {error}.")
            case Call(module=module):
                return f"Perform the sub-melody {self._modules[module].name!r}."
            case Group(scope=scope):
                return f"Perform {_steps(scope)}."
            case Repeat(scope=scope):
                test = verb.until if verb.until is not None else verb.while_
                how = "until" if verb.until is not None else "while"
                told = "" if test is None else f" {how} {self.text(test)}"
                return f"Repeat {_steps(scope)}{told}, {verb.max} times at most."
            case Parallel(sides=sides):
                names = " and ".join(side.name for side in sides)
                return f"Perform {names} side by side."
            case Branch(arms=arms):
                return f"Take one of the ways {', '.join(arm.name for arm in arms)}."


def apart(text: str) -> str:
    """Text in which CrewAI finds no name to fill in.

    >>> apart('{"a": {name}}')
    '{"a": { name }}'
    """
    return _WOULD_BE_FILLED.sub(r"{ \1 }", text)


def _steps(scope: Scope) -> str:
    return ", ".join(step.id for step in scope.steps) or "nothing"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
