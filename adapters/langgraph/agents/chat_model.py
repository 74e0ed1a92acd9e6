"""The LangChain face of the model port: any of our models as a ``BaseChatModel``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, InvalidToolCall, ToolCall
from langchain_core.output_parsers import JsonOutputParser, PydanticOutputParser
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable, RunnableMap, RunnablePassthrough
from langchain_core.utils.function_calling import convert_to_json_schema
from pydantic import BaseModel, ConfigDict, Field, SkipValidation

from adapters.langgraph.agents.messages import ported, said, specified
from adapters.model_call import completion, now
from conductor_core.models.port import ChatModel, Reply


class MelodyChatModel(BaseChatModel):
    """A model of a Melody for LangChain and LangGraph: ``MelodyChatModel(model=…)``.

    One call is one request; nothing is repeated, and LangChain's caches stay out. A failure is
    ``adapters.model_call.ModelFailed`` with our ``StandardError`` in it. Text only, no streaming.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    model: SkipValidation[ChatModel]
    parameters: Mapping[str, Any] = Field(default_factory=dict)
    """Sampling, as a Melody's ``model`` player has it."""
    cache: Any = False

    @property
    def _llm_type(self) -> str:
        return "melody"

    def bind_tools(
        self, tools: Sequence[Any], *, tool_choice: str | bool | None = None, **kwargs: Any
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Tell the model of tools.

        Raises:
            ValueError: ``tool_choice`` is another than ``auto``; the port leaves it to the model.
        """
        if tool_choice not in {None, False, "auto"}:
            raise ValueError(f"the model port cannot force a tool: tool_choice={tool_choice!r}")
        return self.bind(tools=specified(tools), **kwargs)

    def with_structured_output(
        self, schema: Any, *, include_raw: bool = False, **kwargs: Any
    ) -> Runnable[LanguageModelInput, Any]:
        """Answers that meet a schema, asked for by the API's own means.

        Args:
            schema: A pydantic model, or what LangChain makes a JSON Schema of.
            include_raw: Give ``raw``, ``parsed`` and ``parsing_error`` instead.
            kwargs: Refused.

        Raises:
            ValueError: ``kwargs`` holds anything; the port has one way.
        """
        if kwargs:
            raise ValueError(f"the model port has no {', '.join(sorted(kwargs))}")
        wanted = convert_to_json_schema(schema)
        told = self.bind(json_schema={key: wanted[key] for key in wanted if key != "title"})
        is_model = isinstance(schema, type) and issubclass(schema, BaseModel)
        parser = PydanticOutputParser(pydantic_object=schema) if is_model else JsonOutputParser()
        if not include_raw:
            return told | parser
        parsed = RunnablePassthrough.assign(
            parsed=itemgetter("raw") | parser, parsing_error=lambda _: None
        )
        unparsed = RunnablePassthrough.assign(parsed=lambda _: None)
        return RunnableMap(raw=told) | parsed.with_fallbacks(
            [unparsed], exception_key="parsing_error"
        )

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        del run_manager
        schema, tools = kwargs.pop("json_schema", None), kwargs.pop("tools", ())
        parameters = {**self.parameters, **kwargs, **({"stop": stop} if stop else {})}
        reply = await completion(
            self.model,
            ported(messages),
            tools=tools,
            json_schema=schema,
            parameters=parameters,
        )
        return ChatResult(generations=[ChatGeneration(message=_said(reply))])

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        del run_manager
        return now(self._agenerate(messages, stop, **kwargs))


def _said(reply: Reply) -> AIMessage:
    calls: list[ToolCall] = []
    invalid: list[InvalidToolCall] = []
    for call in reply.tool_calls:
        try:
            arguments = json.loads(call.arguments or "{}")
        except (ValueError, RecursionError):
            arguments = None
        if isinstance(arguments, dict):
            calls.append(ToolCall(id=call.id, name=call.name, args=arguments))
        else:
            invalid.append(
                InvalidToolCall(
                    type="invalid_tool_call",
                    id=call.id,
                    name=call.name,
                    args=call.arguments,
                    error="no JSON object",
                )
            )
    return said(reply, calls, invalid)
