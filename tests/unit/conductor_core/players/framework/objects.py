"""Modules of a user who has graphs, tools, crews and flows already; written into a folder."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

from conductor_core.players.framework.performer import FrameworkPerformer
from tests.unit.conductor_core.players.asking import ask
from workflow_ir.outcome import StandardError, Success

LANGGRAPH = """
    import asyncio, threading, time, typing
    from typing import Annotated, Any
    from typing_extensions import TypedDict
    import pydantic
    from langchain_core.messages import AIMessage, HumanMessage
    from langchain_core.runnables import RunnableLambda
    from langchain_core.runnables.config import var_child_runnable_config
    from langchain_core.tools import tool
    from langgraph.checkpoint.memory import InMemorySaver
    from langgraph.errors import GraphInterrupt
    from langgraph.func import entrypoint
    from langgraph.graph import END, START, MessagesState, StateGraph
    from langgraph.types import RetryPolicy, interrupt

    class State(TypedDict, total=False):
        topic: str
        text: str
        at: Any

    def chain(*nodes, schema=State, retry=None):
        builder = StateGraph(schema)
        before = START
        for node in nodes:
            builder.add_node(node.__name__, node, retry_policy=retry)
            builder.add_edge(before, node.__name__)
            before = node.__name__
        builder.add_edge(before, END)
        return builder

    class Archive: ...
    class OwnType(State, total=False):
        archive: Archive
    PlainState = typing.TypedDict("PlainState", {"topic": str, "text": str}, total=False)

    async def write(state): return {"text": "about " + state["topic"]}
    def shout(state): return {"text": state["text"].upper()}
    builder = chain(write, shout)
    graph = builder.compile()
    own_type = chain(write, shout, schema=OwnType).compile()
    plain_state = chain(write, shout, schema=PlainState).compile()
    broken = StateGraph(State)

    def reply(state):
        used = {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}
        called = [{"name": "look", "args": {"at": 1}, "id": "c1", "type": "tool_call"}]
        return {"messages": [AIMessage("hello", usage_metadata=used, tool_calls=called, id="x")]}
    chat = chain(reply, schema=MessagesState).compile()

    def asks(state): return {"text": interrupt("?")}
    asking = chain(asks).compile()
    keeping = chain(asks).compile(checkpointer=InMemorySaver())
    halting = chain(write, shout).compile(checkpointer=InMemorySaver(), interrupt_before=["shout"])
    remembering = chain(write).compile(checkpointer=InMemorySaver())

    tries = []
    def unsteady(state):
        tries.append(1)
        if len(tries) < 3: raise ConnectionError("gone")
        return {"text": "there"}
    quick = RetryPolicy(initial_interval=0.001, max_attempts=3, jitter=False)
    patient = chain(unsteady, retry=quick).compile()
    def refuses(state): raise ConnectionRefusedError("nobody listens")
    refusing = chain(refuses).compile()
    def moment(state): return {"at": object()}
    dated = chain(moment).compile()
    def around(state):
        config = var_child_runnable_config.get()
        return {"text": str(config["configurable"].get("thread_id"))}
    seeing = chain(around).compile()

    class Order(pydantic.BaseModel):
        count: int
        note: str = ""
    def count(state): return {"note": str(state.count + 1)}
    checked = chain(count, schema=Order).compile()

    @entrypoint()
    async def double(value): return value * 2

    @tool
    def add(a: int, b: int) -> int:
        "Add."
        return a + b
    @tool
    async def lookup(word: str) -> dict:
        "Look up."
        return {"word": word}
    greet = RunnableLambda(lambda given: AIMessage(f"got {given}"))
    pausing = RunnableLambda(lambda given: (_ for _ in ()).throw(GraphInterrupt(())))
    group = {"graph": graph}

    began, ended = [], []
    async def slow(state):
        began.append("slow")
        try: await asyncio.sleep(30)
        finally: ended.append("slow")
    slowly = chain(slow).compile()
    def works(state):
        began.append("works")
        time.sleep(2)  # longer than the limit, on a slow machine too
        ended.append("works")
    working = chain(works).compile()
    gate = threading.Event()
    def stuck(state): gate.wait(30)
    sticking = chain(stuck).compile()
    async def leaves(state):
        kept.append(asyncio.get_running_loop().create_task(slow({})))
        await asyncio.sleep(0)
        raise ValueError("no")
    kept = []
    leaving = chain(leaves).compile()
    def where(state): return {"text": threading.current_thread().name}
    async def which_loop(state): return {"text": str(id(asyncio.get_running_loop()))}
    looping = chain(which_loop).compile()
"""

CREWAI = """
    import asyncio, sys
    import pydantic
    from crewai import Agent, BaseLLM, Crew, Task
    from crewai.flow.async_feedback import HumanFeedbackPending, PendingFeedbackContext
    from crewai.flow.flow import Flow, listen, start
    from crewai.flow.human_feedback import human_feedback
    from crewai.flow.flow_context import current_flow_id
    from crewai.project import CrewBase, agent, crew as crew_of, task

    asked = []
    class Echo(BaseLLM):
        says: str = "done"
        def call(self, messages, *args, **kwargs):
            asked.append(messages[-1]["content"])
            if self.says == "raise": raise ConnectionError("gone")
            return self.says
        def get_context_window_size(self): return 8192

    def team(says="done", description="Write about {topic}.", **more):
        hand = Agent(role="hand", goal="help", backstory="old", llm=Echo(model="echo", says=says))
        one = Task(description=description, expected_output="a text", agent=hand, **more)
        return Crew(agents=[hand], tasks=[one])

    class Note(pydantic.BaseModel):
        text: str
    crew = team()
    telling = team('{"text": "hi"}', output_json=Note)
    modelled = team('{"text": "hi"}', output_pydantic=Note)
    failing = team("raise")
    human = team(human_input=True)
    braces = team(description='Write {"a": 1}.')
    streaming = team()
    streaming.stream = True

    class Two(Flow):
        made = 0
        @start()
        async def one(self):
            Two.made += 1
            await asyncio.sleep(0.01)
            return self.state["topic"]
        @listen(one)
        def two(self, topic):
            print("words of the flow")
            return {"topic": topic, "n": self.state.get("n", 0)}
    flow = Two()
    class Outer(Flow):
        @start()
        def inner(self): return {"id": current_flow_id.get() == self.flow_id}
    class Fails(Flow):
        @start()
        def bad(self): raise ConnectionRefusedError("nobody listens")
    class Console(Flow):
        @start()
        @human_feedback(message="Fine?")
        def draft(self): return "draft"
    class Provider:
        def request_feedback(self, context, flow):
            raise HumanFeedbackPending(context=context)
    class Later(Flow):
        @start()
        @human_feedback(message="Fine?", provider=Provider())
        def draft(self): return "draft"

    ended = []
    class Orphans(Flow):
        @start()
        async def bad(self):
            await asyncio.sleep(0.05)
            raise ValueError("no")
        @start()
        async def beside(self):
            try: await asyncio.sleep(30)
            finally: ended.append("beside")

    class Streams(Flow):
        stream: bool = True
        @start()
        def one(self): return {"topic": self.state["topic"], "n": 0}

    @CrewBase
    class House:
        agents_config = None
        tasks_config = None
        @agent
        def hand(self):
            return Agent(role="hand", goal="help", backstory="old", llm=Echo(model="echo"))
        @task
        def one(self):
            return Task(description="On {topic}.", expected_output="x", agent=self.hand())
        @crew_of
        def crew(self): return Crew(agents=self.agents, tasks=self.tasks)
"""

Asking = Callable[..., Success | StandardError]


def written(folder: Path) -> Path:
    """The folder with both modules in it."""
    (folder / "lg_objects.py").write_text(textwrap.dedent(LANGGRAPH), encoding="utf-8")
    (folder / "crew_objects.py").write_text(textwrap.dedent(CREWAI), encoding="utf-8")
    return folder


class Project:
    """A project folder, and one performer for each target."""

    def __init__(self, folder: Path) -> None:
        self.folder = written(folder)
        self.loops: dict[str, Any] = {}
        self.made: dict[str, FrameworkPerformer] = {}

    def performer(self, target: str, isolation: Any = None) -> FrameworkPerformer:
        key = f"{target} {isolation}"
        if key not in self.made:
            made = FrameworkPerformer(target, self.folder, isolation, self.loops)
            self.made[key] = made
        return self.made[key]

    def ask(
        self, target: str, with_: dict[str, Any] | None = None, /, **facts: Any
    ) -> Success | StandardError:
        return ask(self.performer(target), with_, **facts)

    def close(self) -> None:
        for loop in self.loops.values():
            loop.close()
