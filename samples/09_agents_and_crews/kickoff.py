# ruff: noqa: T201 - it is run to be read
"""The newsroom as CrewAI's own object: a Crew with one Task for each step."""

from __future__ import annotations

from pathlib import Path

import melody

crew = melody.native(Path(__file__).parent / "newsroom.melody.yaml", on="crewai")


def main() -> None:
    """Show its tasks, kick it off."""
    from crewai import Crew

    print("a Crew:", isinstance(crew, Crew))
    for task in crew.tasks:
        behind = ", ".join(one.name for one in task.context) or "nobody"
        beside = " (beside others)" if task.async_execution else ""
        print(f"task {task.name} of {task.agent.role}, behind {behind}{beside}")

    done = crew.kickoff(inputs={"topic": "Boats carried everybody in 1978. Who paid?"})
    print("title:", done.json_dict["page"]["title"])
    print("last task:", done.tasks_output[-1].name)


if __name__ == "__main__":
    main()
