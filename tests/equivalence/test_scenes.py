"""What a grid cannot hold: clocks, money, guards of providers, people. Written by hand."""

from __future__ import annotations

from functools import cache

import pytest

from conductor_core.run import Start
from tests.equivalence.grid import sheets
from tests.equivalence.scenes import all_scenes, broken
from tests.equivalence.stage import BACKENDS, STARTS, Played, adapter_of, played, unlike
from tests.equivalence.unwritten import unwritten
from workflow_ir.features import features_of

SCENES = all_scenes()
NAMED = pytest.mark.parametrize("name", SCENES)
OTHERS = [name for name in BACKENDS if name != "native"]


@cache
def run(name: str, backend: str, start: Start) -> Played:
    """One scene on one backend."""
    return played(SCENES[name].scene, backend, start)


@NAMED
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("start", STARTS)
def test_a_scene_comes_to_what_was_written_by_hand(name: str, backend: str, start: Start) -> None:
    found = list(broken(SCENES[name], run(name, backend, start), start))
    assert not found, "\n".join(found)


@NAMED
@pytest.mark.parametrize("backend", OTHERS)
@pytest.mark.parametrize("start", STARTS)
def test_a_scene_gives_the_same_list_on_every_backend(
    name: str, backend: str, start: Start
) -> None:
    assert unlike(run(name, "native", start), run(name, backend, start), start) == []


@pytest.mark.parametrize("backend", BACKENDS)
def test_no_script_asks_for_what_a_backend_refuses(backend: str) -> None:
    table = adapter_of(backend).capabilities()
    every = [one.scene for one in SCENES.values()]
    every += [one.scene for one in (*sheets().values(), *unwritten().values())]
    asked = {feature for scene in every for feature, _ in features_of(scene.ir)}
    assert sorted(feature for feature in asked if not table[feature].support.runs) == []
