"""Fault scripts drawn at random over small random Melodies."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.equivalence.grid import CODES
from tests.equivalence.stage import Scene

ALL_CODES = [code for codes in CODES.values() for code in codes]
BAD = st.builds(
    lambda code, sleep, hint: (
        {"error": code, "sleep": sleep} | ({} if hint is None else {"retry_after": hint})
    ),
    st.sampled_from(ALL_CODES),
    st.sampled_from([0, 0.25, 1]),
    st.none() | st.sampled_from([0, 3, 90, 121]),
)
GOOD = st.builds(lambda n, sleep: {"return": {"n": n}, "sleep": sleep}, st.integers(0, 9),
                 st.sampled_from([0, 1]))  # fmt: skip
ODD = st.sampled_from([{"hang": "10m"}, {"return": {"n": "text"}}, {"return_text": "no JSON"}])
ACTS = st.lists(st.one_of(BAD, BAD, GOOD, ODD), min_size=1, max_size=4)
RETRY = st.fixed_dictionaries(
    {},
    optional={
        "max_attempts": st.integers(1, 4),
        "backoff": st.sampled_from(["exponential", "linear", "constant", ["2s", "300ms"]]),
        "jitter": st.sampled_from(["full", "none"]),
        "max_delay": st.sampled_from(["3s", "60s"]),
    },
)
POLICY = st.fixed_dictionaries(
    {},
    optional={
        "retry": RETRY,
        "timeout": st.sampled_from(["5s", "1m"]),
        "total_timeout": st.sampled_from(["9s", "2m"]),
        "budget": st.sampled_from([{"attempts": 2}, {"usd": 0.25}, {"wall": "20s"}]),
        "on_exceeded": st.sampled_from(["fail", "skip", "cheaper"]),
        "breaker": st.just({"calls": 2, "window": "60s"}),
        "throttle": st.just({"tokens": 3, "ratio": 1}),
    },
)
LADDER = st.none() | st.lists(
    st.sampled_from(["retry", "fallback", "reroute", "escalate", "skip"]),
    min_size=1, max_size=3, unique=True,
)  # fmt: skip
STEP = st.tuples(POLICY, LADDER, st.sampled_from(["low", "normal"]), st.booleans())


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """Steps that read one another through ``default``, over players that share their troubles."""
    steps: dict[str, Any] = {}
    said: dict[str, Any] = {}
    rows = draw(st.lists(STEP, min_size=1, max_size=4))
    for number, (policy, ladder, weight, many) in enumerate(rows):
        name = f"s{number}"
        last = f"steps.s{number - 1}.output"
        whole = "for_each" in steps.get(f"s{number - 1}", {})
        read = f"len(default({last}, []))" if whole else f"default({last}.n, 0)"
        steps[name] = {
            "play": "lead", "output": {"n": "integer"}, "importance": weight,
            "with": {"n": f"${{{{ {read} }}}}" if number % 2 else 1},
            **({"policy": policy} if policy else {}),
            **({} if ladder is None else {"on_failure": ladder}),
        }  # fmt: skip
        if many:
            steps[name] |= {"for_each": "${{ range(3) }}", "as": f"item_{number}",
                            "concurrency": 2, "succeed_if": 1}  # fmt: skip
            steps[name].pop("with")
        choice = draw(st.sampled_from(["retry", "skip", "answer", "fail"]))
        if draw(st.booleans()):
            answer = {"choice": choice} | ({"output": {"n": 5}} if choice == "answer" else {})
            said[f"{name}~escalate"] = {"answer": answer}
    melody = {
        "melody": "v1",
        "name": "drawn",
        "players": {
            "lead": {"python": "band:lead", "provides": ["part"], "fallback": ["second"],
                     "cost": {"usd": 0.1}},
            "second": {"python": "band:second", "cost": {"usd": 0.05}},
            "third": {"python": "band:third", "provides": ["part"]},
        },
        "policy": {"on_step_failure": draw(st.sampled_from(["cancel", "finish_independent"]))},
        "steps": steps,
    }  # fmt: skip
    players = {name: draw(ACTS) for name in ("lead", "second", "third")}
    return Scene("drawn", melody, {"seed": draw(st.integers(0, 99)), "players": players,
                                   "steps": said})  # fmt: skip
