"""What framework players take for granted of the objects that they ask, unpromised; on bare ones.

A new release that breaks one of these breaks the place that the message names.
"""

from __future__ import annotations

import asyncio
from typing import Any

from langchain_core.callbacks import UsageMetadataCallbackHandler
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from pydantic import BaseModel, PrivateAttr
from typing_extensions import TypedDict

from adapters.crewai.silence import built, load

load()

from crewai import Agent, Crew, Task  # noqa: E402 - imported in silence first
from crewai.flow.flow import Flow, start  # noqa: E402
from crewai.flow.flow_config import flow_config  # noqa: E402
from crewai.flow.human_feedback import human_feedback  # noqa: E402
from crewai.llms.base_llm import BaseLLM  # noqa: E402
from crewai.project import CrewBase  # noqa: E402


class Plain(Flow):  # type: ignore[type-arg]
    _skip_auto_memory: bool = PrivateAttr(default=True)


class Silent(BaseLLM):
    def call(self, *_: Any, **more: Any) -> str:
        return ""


class Typed(TypedDict, total=False):
    a: int


class Checked(BaseModel):
    a: int


async def nothing(state: Any) -> None:
    return None


def graph(state: Any, **compiled: Any) -> Any:
    builder = StateGraph(state)
    builder.add_node("n", nothing)
    builder.add_edge(START, "n")
    builder.add_edge("n", END)
    return builder.compile(**compiled)


def test_a_flow_says_which_of_its_methods_ask_a_person_and_whether_somebody_is_named() -> None:
    class Asks(Plain):
        @start()
        @human_feedback(message="Fine?")
        def draft(self) -> str:
            return "draft"

    class Works(Plain):
        @start()
        def draft(self) -> str:
            return "draft"

    message = "crewai.py: a player reads the terminal"
    (asks,) = built(Asks)._definition.methods.values()
    (works,) = built(Works)._definition.methods.values()
    assert asks.human_feedback is not None, message
    assert asks.human_feedback.provider is None, message
    assert works.human_feedback is None, "crewai.py: a flow that asks nobody is refused"
    assert flow_config.hitl_provider is None, message


def test_a_class_of_a_crew_is_marked() -> None:
    @CrewBase
    class House:
        agents_config = None
        tasks_config = None

    assert vars(House)["is_crew_class"] is True, (
        "recognise.py: a `@CrewBase` class is of no framework"
    )
    assert not hasattr(Plain, "is_crew_class")


def test_a_crew_tells_its_placeholders_and_its_copy_is_another_one() -> None:
    def made() -> Crew:
        agent = Agent(role="r", goal="g", backstory="b", llm=Silent(model="m"))
        task = Task(description="Tell {topic}.", expected_output="x", agent=agent)
        return Crew(agents=[agent], tasks=[task], tracing=False)

    crew = built(made)
    copied = built(crew.copy)
    assert crew.fetch_inputs() == {"topic"}, "crewai.py: placeholders reach the model as they are"
    assert copied.tasks[0] is not crew.tasks[0], "crewai.py: attempts share the texts of tasks"
    assert (crew.tasks[0].human_input, crew.before_kickoff_callbacks, crew.stream) == (
        False,
        [],
        False,
    ), "crewai.py: `_worked` reads another thing"


def test_a_graph_tells_the_fields_of_its_input_and_the_class_of_its_state() -> None:
    message = "langchain.py: names that a graph does not take are dropped in silence"
    for state in (Typed, Checked):
        schema = graph(state).get_input_jsonschema()
        assert schema["type"] == "object", message
        assert set(schema["properties"]) == {"a"}, message
        assert not schema.get("additionalProperties"), message
    assert graph(Checked).builder.input_schema is Checked, "langchain.py: input is not checked"


def test_a_graph_tells_its_store_and_its_own_configuration() -> None:
    message = "langchain.py: attempts share a thread, or a graph without a store is given one"
    saver = InMemorySaver()
    assert graph(Typed).checkpointer is None, message
    assert graph(Typed, checkpointer=False).checkpointer is False, message
    assert graph(Typed, checkpointer=saver).checkpointer is saver, message
    config: Any = {"configurable": {"thread_id": "t"}}
    assert graph(Typed).with_config(config).config["configurable"]["thread_id"] == "t", message


def test_tokens_are_counted_by_model_with_a_total() -> None:
    usage: Any = {"input_tokens": 3, "output_tokens": 2, "total_tokens": 5}
    said = AIMessage("x", usage_metadata=usage, response_metadata={"model_name": "m"})
    model = GenericFakeChatModel(messages=iter([said, said]))
    counts = UsageMetadataCallbackHandler()
    for _ in range(2):
        asyncio.run(model.ainvoke("Hi.", {"callbacks": [counts]}))
    assert counts.usage_metadata["m"]["total_tokens"] == 10, "langchain.py: tokens are not counted"


def test_a_tool_tells_its_arguments_and_the_schema_of_them() -> None:
    @tool
    def look(at: int) -> int:
        """Look."""
        return at

    message = "langchain.py: wrong arguments of a tool are dropped or told by the tool itself"
    assert set(look.args) == {"at"}, message
    assert hasattr(look.get_input_schema(), "model_validate"), message
