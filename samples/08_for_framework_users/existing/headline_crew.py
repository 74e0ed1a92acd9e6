# ruff: noqa: ARG002 - the signatures are CrewAI's
"""A CrewAI crew as one finds it in any project; its model needs no key, so that it runs here."""

from __future__ import annotations

from typing import Any

from crewai import Agent, BaseLLM, Crew, Task


class FirstWords(BaseLLM):
    """A model that answers with the first words of what it is asked about."""

    def call(self, messages: Any, *args: Any, **kwargs: Any) -> str:
        """Find the text in the last message."""
        text = messages if isinstance(messages, str) else messages[-1]["content"]
        about = text.partition("<text>")[2].partition("</text>")[0]
        return " ".join(about.split()[:4]).rstrip(".,")

    def get_input_tokens_count(self, messages: Any, *args: Any, **kwargs: Any) -> int:
        """No estimate is needed."""
        return 0


editor = Agent(
    role="Editor",
    goal="Find the headline of a text",
    backstory="You have written headlines for thirty years.",
    llm=FirstWords(model="first-words"),
)
headline = Task(
    description="Write a headline of four words for <text>{text}</text>",
    expected_output="A headline",
    agent=editor,
)
crew = Crew(agents=[editor], tasks=[headline])
