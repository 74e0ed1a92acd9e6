"""Melodies drawn at random: every verb inside every other one, under scripts that go wrong."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import yaml

from tests.conformance.cases import Case, Expected

_DEEPEST = 3


def random_case(seed: int) -> Case:
    """One Melody with its script; the same for the same seed. Nothing is expected of it."""
    draw = _Draw(random.Random(seed))
    steps, result = draw.scope("", [], 0)
    melody = draw.melody(f"drawn_{seed}", steps, result)
    if draw.rng.random() < 0.2:
        melody["policy"] = {"on_step_failure": "finish_independent"}
    return Case(
        name=f"drawn_{seed}",
        about="drawn at random",
        melody=_text(melody),
        expected=Expected("", {}),
        script={"seed": seed, "default": {"sleep": "1s", "echo": True}, "steps": draw.script},
        files=draw.files,
        allow={"python": ("band",)},
    )


def _text(melody: dict[str, Any]) -> str:
    return yaml.safe_dump(melody, sort_keys=False, width=200)


class _Draw:
    """Draws steps; each can be read by an expression that gives an integer whatever happened."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.script: dict[str, Any] = {}
        self.files: dict[str, str] = {}
        self._ids = 0
        self._verbs: dict[str, Callable[[str, list[str], int], tuple[dict[str, Any], str]]] = {
            "play": self._play,
            "set": self._set,
            "group": self._group,
            "branch": self._branch,
            "parallel": self._parallel,
            "repeat": self._repeat,
            "call": self._call,
            "approval": self._approval,
            "wait": self._wait,
            "fail": self._fail,
        }

    def melody(self, name: str, steps: dict[str, Any], result: str) -> dict[str, Any]:
        return {
            "melody": "v1",
            "name": name,
            "inputs": {"n": {"type": "integer", "default": self.rng.randint(0, 9)}},
            "players": {"hand": {"python": "band:hand", "fallback": ["spare"]},
                        "spare": {"python": "band:spare"}},
            "steps": steps,
            "outputs": {"n": _value(result)},
        }  # fmt: skip

    def scope(self, prefix: str, seen: list[str], depth: int) -> tuple[dict[str, Any], str]:
        """Steps that read one another and ``seen``, and what the scope gives."""
        steps: dict[str, Any] = {}
        here = list(seen)
        for _ in range(self.rng.randint(1, 3)):
            self._ids += 1
            name = f"s{self._ids}"
            steps[name], read = self._step(prefix, name, here, depth)
            here.append(read)
        return steps, " + ".join(here[len(seen) :])

    def _step(
        self, prefix: str, name: str, seen: list[str], depth: int
    ) -> tuple[dict[str, Any], str]:
        flat = ["play", "play", "play", "set", "wait", "approval", "fail"]
        nested = ["group", "branch", "parallel", "repeat", "call"]
        verb = self.rng.choice(flat if depth >= _DEEPEST else [*flat[:4], *nested, *flat[4:]])
        address = prefix + name
        step, field = self._verbs[verb](address, seen, depth)
        read = f"default(steps.{name}.output{field}, 0)" if field else f"steps.{name}.attempts"
        if self._rarely(0.2) and verb not in ("approval", "fail"):
            step["for_each"] = _value(f"range({self.rng.randint(0, 3)})")
            step["as"] = f"item_of_{name}"
            if self._rarely(0.3):
                step["concurrency"] = self.rng.randint(1, 2)
            if self._rarely(0.4):
                step["succeed_if"] = self.rng.choice(["any", 1, "50%"])
            if self._rarely(0.2):
                step["barrier_timeout"] = f"{self.rng.randint(1, 6)}s"
            read = f"len(default(steps.{name}.output, []))"
        if self._rarely(0.2):
            step["when"] = f"(inputs.n + {self._any(seen)}) % 3 != 0"
        if self._rarely(0.35) and verb not in ("fail", "set"):
            step["on_failure"] = self.rng.choice(["skip", ["retry", "skip"], ["retry", "fallback"]])
        if self._rarely(0.2) and verb not in ("fail", "set", "wait", "approval"):
            step["policy"] = {"timeout": f"{self.rng.randint(1, 12)}s"}
        if self._rarely(0.2):
            step["priority"] = self.rng.choice(["low", "high", "critical"])
        return step, read

    def _play(self, address: str, seen: list[str], depth: int) -> tuple[dict[str, Any], str]:
        if self._rarely(0.4):
            self.script[address] = self._behaviour()
        with_ = {"n": _value(self._any(seen))}
        return {"play": "hand", "with": with_, "output": {"n": "integer"}}, ".n"

    def _behaviour(self) -> Any:
        second: dict[str, Any] = {"sleep": f"{self.rng.choice([0.5, 1, 1, 2, 4])}s", "echo": True}
        wrong = self.rng.choice(["http.400", "transport.connect", "player.crash", "output.refused"])
        first = {"sleep": f"{self.rng.choice([0.5, 1, 3])}s", "error": wrong}
        kinds: list[Any] = [second, second, first, [first, second], {"hang": "30s"}]
        return self.rng.choice(kinds)

    def _set(self, address: str, seen: list[str], depth: int) -> tuple[dict[str, Any], str]:
        return {"set": {"n": _value(f"1 + {self._any(seen)}")}}, ".n"

    def _wait(self, address: str, seen: list[str], depth: int) -> tuple[dict[str, Any], str]:
        return {"wait": f"{self.rng.randint(1, 4)}s", "label": address}, ""

    def _approval(self, address: str, seen: list[str], depth: int) -> tuple[dict[str, Any], str]:
        choice = "reject" if self._rarely(0.2) else "approve"
        answers = [{"answer": {"choice": choice, "n": 3}}, {"hang": "9s"}]
        self.script[address] = answers[self._rarely(0.2)]
        step: dict[str, Any] = {"approval": "Good?", "form": {"n": {"type": "integer"}}}
        if self._rarely(0.8):
            step |= {"expires": "5s", "on_timeout": self.rng.choice(["reject", "fail"])}
        return step, ".n"

    def _fail(self, address: str, seen: list[str], depth: int) -> tuple[dict[str, Any], str]:
        step = {
            "fail": {"error": "drawn.failure"},
            "when": f"(inputs.n + {self._any(seen)}) % 4 == 1",
        }
        return step, ""

    def _group(self, address: str, seen: list[str], depth: int) -> tuple[dict[str, Any], str]:
        steps, result = self.scope(f"{address}.", seen, depth + 1)
        return {"steps": steps, "result": {"n": _value(result)}}, ".n"

    def _branch(self, address: str, seen: list[str], depth: int) -> tuple[dict[str, Any], str]:
        arms: list[dict[str, Any]] = []
        for name in ("one", "two", "three")[: self.rng.randint(1, 3)]:
            steps, result = self.scope(f"{address}.{name}.", seen, depth + 1)
            when = f"(inputs.n + {self._any(seen)}) % 2 == {self.rng.randint(0, 1)}"
            arms.append(
                {"name": name, "when": when, "steps": steps, "result": {"n": _value(result)}}
            )
        if self._rarely(0.5):
            arms[-1].pop("when")
            arms[-1]["else"] = True
        return {"branch": arms}, ".n"

    def _parallel(self, address: str, seen: list[str], depth: int) -> tuple[dict[str, Any], str]:
        sides: dict[str, Any] = {}
        for name in ("left", "right", "middle")[: self.rng.randint(2, 3)]:
            steps, result = self.scope(f"{address}.{name}.", seen, depth + 1)
            sides[name] = {"steps": steps, "result": {"n": _value(result)}}
        step: dict[str, Any] = {"parallel": sides}
        if self._rarely(0.5):
            step["succeed_if"] = self.rng.choice(["any", 1, 2, "50%", "80%"])
        if self._rarely(0.3):
            step["barrier_timeout"] = f"{self.rng.randint(1, 9)}s"
        return step, ".left.n"

    def _repeat(self, address: str, seen: list[str], depth: int) -> tuple[dict[str, Any], str]:
        steps, result = self.scope(f"{address}.", [*seen, "iteration"], depth + 1)
        last = f"(inputs.n + {self.rng.randint(0, 3)}) % 4"
        loop: dict[str, Any] = {"max": self.rng.randint(1, 3), "steps": steps}
        if self._rarely(0.4):
            loop["while"] = f"iteration < {last}"
        else:
            loop["until"] = f"iteration == {last}"
        loop["on_max"] = self.rng.choice(["accept", "accept", "fail"])
        loop["result"] = {"n": _value(f"{result} + default(previous.n, 0) % 100")}
        return {"repeat": loop}, ".n"

    def _call(self, address: str, seen: list[str], depth: int) -> tuple[dict[str, Any], str]:
        self._ids += 1
        name = f"part_{self._ids}"
        steps, result = self.scope(f"{address}/", [], depth + 1)
        inner = self.melody(name, steps, result)
        self.files[f"{name}.melody.yaml"] = _text(inner)
        return {"call": f"./{name}.melody.yaml", "with": {"n": _value(self._any(seen))}}, ".n"

    def _any(self, seen: list[str]) -> str:
        """Something that can be read here, or a number."""
        if not seen or self._rarely(0.3):
            return str(self.rng.randint(0, 5))
        return self.rng.choice(seen)

    def _rarely(self, share: float) -> bool:
        return self.rng.random() < share


def _value(expression: str) -> str:
    return f"${{{{ {expression} }}}}"
