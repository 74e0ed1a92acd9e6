"""The verbs: each adds a step to a scope and gives what may be read of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, Unpack, cast

from melody.builder.called import called
from melody.builder.modifiers import Modifiers, modifiers
from melody.builder.scope import Scope
from melody.builder.step import Step
from melody.builder.values import Condition, Fixed, Value, condition, fixed, value
from workflow_ir.types.model import JsonValue

if TYPE_CHECKING:
    from melody.builder.containers import Branch, Group, Parallel, Repeat
    from melody.builder.melody import Melody

S = TypeVar("S", bound=Step)
M = TypeVar("M", bound=Mapping[str, Any])


class Verbs(ABC):
    """Everything that has steps: a Melody, a group, an arm, a branch, a loop."""

    @abstractmethod
    def _scope(self) -> Scope:
        """Where the next step goes."""

    def play(  # noqa: D417 - the rest is described once, in Modifiers
        self,
        player: str | Mapping[str, Any],
        /,
        *,
        id: str | None = None,  # noqa: A002 - the word of the language
        label: str | None = None,
        when: Condition | None = None,
        for_each: Any = None,
        needs: Sequence[Step | str] | None = None,
        prompt: Value = None,
        with_: Mapping[str, Value] | None = None,
        output: Fixed = None,
        gate: Mapping[str, Any] | Condition | None = None,
        policy: Mapping[str, Any] | None = None,
        on_failure: Sequence[str] | str | None = None,
        reconstruct: Mapping[str, Any] | None = None,
        require: Condition | None = None,
        window: Value = None,
        priority: str | None = None,
        importance: str | None = None,
        task_type: str | None = None,
        compensate: Mapping[str, Any] | None = None,
        idempotency_key: Value = None,
        succeed_if: str | int | None = None,
        barrier_timeout: Fixed = None,
        **arguments: Value,
    ) -> Step:
        """A player performs.

        Args:
            player: Its name, or ``{"provides": capability}``.
            id: The step's id; by default the player's name, numbered if taken.
            with_: What it is given, by name; for names that are taken here already.
            **arguments: What it is given, by name.
            prompt: What a model or agent is asked.

        All other arguments are those of every step: see `Modifiers`.
        """
        given = locals()
        word = player if isinstance(player, str) else str(player.get("provides", "play"))
        keys: dict[str, JsonValue] = {"play": fixed(player)}
        if with_ is not None or arguments:
            keys["with"] = value({**(with_ or {}), **arguments})
        kept = {name: given[name] for name in _OF_A_PLAY if given[name] is not None}
        return self._scope().add(Step, word, id, {**keys, **modifiers(self._undone(kept))})

    def run(
        self,
        command: Value,
        /,
        *,
        parse: str | None = None,
        stdin: Value = None,
        env: Mapping[str, Value] | None = None,
        **more: Unpack[Modifiers],
    ) -> Step:
        """A command: text that is split without a shell, or a list of words."""
        first = command if isinstance(command, str) else _first(command)
        keys = _present(parse=fixed(parse), stdin=value(stdin), env=value(env))
        return self._add(Step, first.split(" ")[0] or "run", {"run": value(command), **keys}, more)

    def set(self, data: Value, /, **more: Unpack[Modifiers]) -> Step:
        """Data, and nothing else."""
        return self._add(Step, "set", {"set": value(data)}, more)

    def call(
        self,
        melody: str | Melody,
        /,
        *,
        with_: Mapping[str, Value] | None = None,
        max_depth: int | None = None,
        **more: Unpack[Modifiers],
    ) -> Step:
        """Another Melody; ``with_`` gives its inputs.

        It is the path of a file, seen from the file of this one, or a Melody written in Python,
        which stands for the file ``./NAME.melody.yaml``.

        Raises:
            DiagnosticsError: MEL107: another Melody that is called has the same name.
        """
        file = melody if isinstance(melody, str) else called(self._scope().book, melody)
        keys = _present(**{"with": value(with_)}, max_depth=fixed(max_depth))
        word = file.replace("\\", "/").rpartition("/")[2].split(".")[0]
        return self._add(Step, word, {"call": fixed(file), **keys}, more)

    def approval(
        self,
        text: Value,
        /,
        *,
        show: Mapping[str, Value] | None = None,
        form: Fixed = None,
        assignees: Sequence[str] | None = None,
        expires: Fixed = None,
        on_timeout: str | None = None,
        on_reject: str | None = None,
        **more: Unpack[Modifiers],
    ) -> Step:
        """A person decides."""
        keys = _present(
            show=value(show), form=fixed(form), assignees=fixed(assignees), expires=fixed(expires),
            on_timeout=fixed(on_timeout), on_reject=fixed(on_reject),
        )  # fmt: skip
        return self._add(Step, "approval", {"approval": value(text), **keys}, more)

    def wait(
        self,
        duration: Fixed = None,
        /,
        *,
        until: Value = None,
        event: str | None = None,
        **more: Unpack[Modifiers],
    ) -> Step:
        """Time, a moment, or an event from outside."""
        moment = _present(until=value(until), event=fixed(event))
        return self._add(Step, "wait", {"wait": moment or fixed(duration)}, more)

    def fail(self, error: str, message: Value = None, /, **more: Unpack[Modifiers]) -> Step:
        """The scope ends as failed."""
        keys = _present(error=fixed(error), message=value(message))
        return self._add(Step, "fail", {"fail": keys}, more)

    def branch(self, **more: Unpack[Modifiers]) -> Branch:
        """The first arm whose condition holds: ``r.arm("one", when=…)``, else ``r.otherwise``."""
        from melody.builder.containers import Branch  # it has steps of its own, by these verbs

        return self._add(Branch, "branch", {"branch": []}, more)

    def group(self, **more: Unpack[Modifiers]) -> Group:
        """Steps with a scope of their own."""
        from melody.builder.containers import Group  # as above

        return self._add(Group, "group", {"steps": {}}, more)

    def parallel(self, **more: Unpack[Modifiers]) -> Parallel:
        """Named branches side by side: ``both.branch("left")``."""
        from melody.builder.containers import Parallel  # as above

        return self._add(Parallel, "parallel", {"parallel": {}}, more)

    def repeat(
        self,
        *,
        max: int,  # noqa: A002 - the word of the language
        while_: Condition | None = None,
        on_max: str | None = None,
        **more: Unpack[Modifiers],
    ) -> Repeat:
        """Steps again and again; ``loop.until(…)`` says when it is done."""
        head = {} if while_ is None else {"while": condition(while_)}
        tail = _present(on_max=fixed(on_max))
        loop: dict[str, JsonValue] = {"max": fixed(max), **head, **tail, "steps": {}}
        from melody.builder.containers import Repeat  # as above

        return self._add(Repeat, "repeat", {"repeat": loop}, more)

    def _add(self, kind: type[S], word: str, keys: dict[str, JsonValue], more: Modifiers) -> S:
        written = modifiers(self._undone(more))
        return self._scope().add(kind, word, more.get("id"), {**keys, **written})

    def _undone(self, more: M) -> M:
        """With a Melody in Python that undoes the step as the path of its file."""
        undo = more.get("compensate")
        if undo is None or isinstance(undo.get("call", ""), str):
            return more
        path = called(self._scope().book, undo["call"])
        return cast("M", {**more, "compensate": {**undo, "call": path}})


def _present(**keys: JsonValue) -> dict[str, JsonValue]:
    return {key: item for key, item in keys.items() if item is not None}


def _first(command: Value) -> str:
    while isinstance(command, Sequence) and not isinstance(command, str) and command:
        command = command[0]
    return command if isinstance(command, str) else "run"


_OF_A_PLAY = (*(name for name in Modifiers.__annotations__ if name != "id"), "prompt")
