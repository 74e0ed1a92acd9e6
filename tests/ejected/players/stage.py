"""One small Melody with real players, run by ``melody run`` and as a generated project."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import melody
from adapters import registry
from adapters.emitter.project import Sources
from tests.ejected.ejected import RUNS_IN, compared, imported, in_time, known_as, part

PROJECT = f"""
allow:
  python: ["*"]
  command: [{sys.executable}, sh, touch, tr, no-such-program-here, ./notes.txt]
  http: ["127.0.0.1", "localhost"]
  private_addresses: ["127.0.0.1"]
"""
_NUMBERS = count(1)


class Stage:
    """A folder with a Melody and files of its author's, and the same as a project."""

    def __init__(
        self,
        folder: Path,
        text: str,
        *,
        files: Mapping[str, str] | None = None,
        target: str = "native",
        project: str = PROJECT,
    ) -> None:
        """Write the files, compile, and import what is generated.

        Args:
            folder: An empty one.
            text: The Melody below its name; ``ONCE`` stands for a policy of one attempt.
            files: Of the project folder, by path.
            target: Whom code is generated for.
            project: The text of ``melody.project.yaml``.
        """
        written = dict(files or {})
        self.file = folder / "small.melody.yaml"
        once = text.replace("ONCE", "policy: {retry: {max_attempts: 1}}")
        self.file.write_text(f"melody: v1\nname: small\n{once}", "utf-8")
        (folder / "melody.project.yaml").write_text(project, "utf-8")
        for name, body in written.items():
            (folder / name).write_text(body, "utf-8")
        self.ir = melody.load(self.file)
        self.target = target
        self.project = registry.load(target).emit(self.ir, Sources(written))
        self.package = imported(self.project, f"small_{target}_{next(_NUMBERS)}")

    def part(self, name: str) -> ModuleType:
        """A module of the generated package."""
        return part(self.package, name)

    def reference(self, **inputs: Any) -> dict[str, Any]:
        """The report of ``melody run``."""
        result = melody.run(self.file, inputs, journal=False)
        found: dict[str, Any] = without_messages(compared(result.normal_form()))
        return found

    def report(self, **inputs: Any) -> dict[str, Any]:
        """The report of the generated project."""
        found: dict[str, Any] = without_messages(compared(self.whole(**inputs)))
        return found

    def whole(self, **inputs: Any) -> dict[str, Any]:
        """The same with messages."""
        return in_time(lambda: self.run(**inputs), virtual=False)

    async def run(self, **inputs: Any) -> dict[str, Any]:
        """Run the generated project in this loop."""
        with known_as(self.package, self.project.name):
            module = (
                self.package if hasattr(self.package, "run") else self.part(RUNS_IN[self.target])
            )
            report: dict[str, Any] = await module.run(inputs)
            return report

    def output(self, **inputs: Any) -> Any:
        """The output of the step ``it``, alike on both sides."""
        step = self.step(**inputs)
        assert step["status"] == "succeeded", step
        return step["output"]

    def code(self, **inputs: Any) -> str:
        """The code of the first failed attempt of the step ``it``, alike on both sides."""
        found: str = self.step(**inputs)["attempts"][0]["error"]["code"]
        return found

    def step(self, **inputs: Any) -> dict[str, Any]:
        """The entry of the step ``it``, alike on both sides."""
        expected, found = self.reference(**inputs), self.report(**inputs)
        assert found == expected, f"{found}\n{expected}"
        step: dict[str, Any] = found["steps"]["it"]
        return step


def without_messages(tree: Any) -> Any:
    """A report without texts in which clients and exceptions speak for themselves."""
    match tree:
        case dict():
            spoken = {"class", "code"} <= tree.keys()
            kept = {name: part for name, part in tree.items() if not spoken or name != "message"}
            return {name: without_messages(part) for name, part in kept.items()}
        case list():
            return [without_messages(part) for part in tree]
    return tree


@contextmanager
def cancelled_when(condition: Any, work: Any) -> Iterator[None]:
    """Cancel a coroutine as soon as a condition holds, and wait until it has ended."""

    async def main() -> None:
        task = asyncio.ensure_future(work())
        while not condition() and not task.done():  # noqa: ASYNC110  another process tells
            await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.wait({task})
        assert task.cancelled()

    in_time(main, virtual=False)
    yield
