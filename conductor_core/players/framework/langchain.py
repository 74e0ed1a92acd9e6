"""Graphs of LangGraph, tools and runnables of LangChain."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from conductor_core.failure.classify import classify, is_control_flow
from conductor_core.players.framework.asked import Asked, nobody_answers, unknown
from conductor_core.players.framework.data import plain
from workflow_ir.outcome import Cost, StandardError, Success

Config = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Runnable:
    """Anything with ``ainvoke``: a prompt alone is given as text, else the ``with`` map."""

    runnable: Any
    what: str

    async def ask(self, asked: Asked) -> Success | StandardError:
        """The answer; a message alone is its text."""
        given = asked.text_or_map()
        return await counted(self.what, {}, lambda config: self.runnable.ainvoke(given, config))


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: the ``with`` map are its arguments, which are checked before it is called."""

    tool: Any
    what: str

    async def ask(self, asked: Asked) -> Success | StandardError:
        """What it returns."""
        given = asked.text_or_map()
        if isinstance(given, dict):
            wrong = unknown(self.what, given, self.tool.args) or _invalid(
                self.tool.get_input_schema(), given
            )
            if wrong is not None:
                return wrong
        return await counted(self.what, {}, lambda config: self.tool.ainvoke(given, config))

    def described(self) -> tuple[str, dict[str, Any]]:
        """What it says of itself, and the JSON Schema of its arguments."""
        schema: dict[str, Any] = self.tool.get_input_jsonschema()
        return self.tool.description, {**schema, "type": "object"}


@dataclass(slots=True)
class Graph:
    """A compiled graph: the ``with`` map is its input, a prompt a message where it takes some.

    Its answer is its state at the end. Where the step says which fields it wants, these are taken.
    """

    graph: Any
    what: str
    _taken: Mapping[str, Any] | None = field(default=None, init=False)
    """Names of the input's fields; empty where the input is no object."""

    async def ask(self, asked: Asked) -> Success | StandardError:
        """Its state at the end, without what it never wrote and the step does not want."""
        given = self._input(asked)
        if isinstance(given, StandardError):
            return given
        config: Config = {}
        keeps = self.graph.checkpointer not in {None, False, True}
        if keeps and "thread_id" not in (self.graph.config or {}).get("configurable", {}):
            config["configurable"] = {"thread_id": asked.name}

        async def invoked(config: Config) -> Any:
            answer = await self.graph.ainvoke(given, config)
            if keeps and (await self.graph.aget_state(config)).next:
                return nobody_answers(self.what)  # `interrupt_before` and its like, silent else
            return answer

        answer = await counted(self.what, config, invoked)
        if isinstance(answer, Success) and isinstance(answer.output, dict):
            wanted = (asked.output or {}).get("properties", answer.output)
            kept = {name: value for name, value in answer.output.items() if name in wanted}
            return replace(answer, output=kept)
        return answer

    def _input(self, asked: Asked) -> Any:
        taken = self._fields()
        if not taken:
            return asked.text_or_map()
        given = dict(asked.with_ or {})
        if asked.prompt is not None:
            if "messages" in taken:
                before = given.get("messages")
                said = {"role": "user", "content": asked.prompt}
                given["messages"] = [*(before if isinstance(before, list) else ()), said]
            elif "prompt" in taken:
                given.setdefault("prompt", asked.prompt)
            else:
                return StandardError.of(
                    "config.invalid",
                    f"{self.what} has neither `messages` nor `prompt` in its input, so a step's"
                    f" `prompt` goes nowhere; write `with:` (it takes {', '.join(sorted(taken))})",
                    origin="conductor",
                )
        return unknown(self.what, given, taken) or _invalid(self._schema(), given) or given

    def _schema(self) -> Any:
        return getattr(getattr(self.graph, "builder", None), "input_schema", None)

    def _fields(self) -> Mapping[str, Any]:
        if self._taken is None:
            try:
                schema = self.graph.get_input_jsonschema()
            except Exception:  # noqa: BLE001 - of types that have none; the graph runs all the same
                self._taken = _annotated(self._schema())
            else:
                named = schema.get("type") == "object" and not schema.get("additionalProperties")
                self._taken = schema.get("properties", {}) if named else {}
        return self._taken


def _annotated(schema: Any) -> dict[str, Any]:
    """Its fields and those that it inherits, of a class that has no JSON Schema.

    Such are ``typing.TypedDict`` before Python 3.12, and every state with a type of its own.
    """
    fields: dict[str, Any] = {}
    for owner in getattr(schema, "__mro__", ()):
        fields |= vars(owner).get("__annotations__", {})
    return fields


async def counted(
    what: str, config: Config, call: Callable[[Config], Awaitable[Any]]
) -> Success | StandardError:
    """Call it, and count the tokens that its models report, of a failed call too."""
    from langchain_core.callbacks import UsageMetadataCallbackHandler

    usage = UsageMetadataCallbackHandler()
    try:
        answer = await call({**config, "callbacks": [usage]})
    except Exception as error:  # noqa: BLE001 - classified; control flow has nowhere to go here
        failed = nobody_answers(what) if is_control_flow(error) else classify(error)
        return failed.replace(cost=Cost(tokens=_tokens(usage)))
    if isinstance(answer, StandardError):
        return answer
    if isinstance(answer, Mapping) and "__interrupt__" in answer:
        return nobody_answers(what).replace(cost=Cost(tokens=_tokens(usage)))
    if isinstance(answer, Success):
        return answer
    return Success(plain(answer), tokens=_tokens(usage))


def _tokens(usage: Any) -> int:
    return sum(int(model["total_tokens"]) for model in usage.usage_metadata.values())


def _invalid(schema: Any, given: Any) -> StandardError | None:
    """What a pydantic model says of the input; of other schemas nothing is known."""
    if not hasattr(schema, "model_validate"):
        return None
    try:
        schema.model_validate(given)
    except Exception as error:  # noqa: BLE001 - a validator may raise anything
        return classify(error, reading="input")
    return None
