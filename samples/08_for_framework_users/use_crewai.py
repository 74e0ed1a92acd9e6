# ruff: noqa: T201 - it is run to be read
"""A Melody in the hands of CrewAI: kicked off, its events heard, plotted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import melody

flow = melody.native(Path(__file__).parent / "answer_letter.melody.yaml", on="crewai")


def main() -> None:
    """Kick off, listen, plot."""
    from crewai.events import crewai_event_bus
    from crewai.events.types.flow_events import MethodExecutionFinishedEvent

    heard: list[Any] = []
    with crewai_event_bus.scoped_handlers():

        @crewai_event_bus.on(MethodExecutionFinishedEvent)
        def hear(source: Any, event: Any) -> None:
            heard.append(event)

        outputs = flow.kickoff(inputs={"letter": "Do you sell lids?"})
        crewai_event_bus.flush()
    for event in sorted(heard, key=lambda event: event.timestamp):
        print("method", event.method_name)
    print("sent:", outputs["answer"])
    print("state:", *(f"{path} {record['status']}" for path, record in flow.state["steps"].items()))

    page = Path(flow.plot("letter.html", show=False))  # CrewAI chooses a folder of its own
    print("plotted:", page.name)


if __name__ == "__main__":
    main()
