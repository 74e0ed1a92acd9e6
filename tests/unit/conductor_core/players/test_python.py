from __future__ import annotations

import asyncio
import contextvars
import sys
import textwrap
import threading
from pathlib import Path
from typing import Any

import pytest

from conductor_core.players.python import PythonPerformer
from conductor_core.ports import Grant
from tests.unit.conductor_core.players.asking import ask, error_of, output_of, request
from workflow_ir.outcome import StandardError, Success

SOURCE = """
from __future__ import annotations
import asyncio, dataclasses, datetime, enum, pathlib, sys, threading, time
from typing import TYPE_CHECKING
import pydantic
from conductor_core.ports import Grant, PlayRequest
from workflow_ir.outcome import StandardError, Success
if TYPE_CHECKING:
    from nowhere import Nothing

def echo(*, text, times=1): return text * times
async def later(*, text):
    await asyncio.sleep(0)
    return text
def where(): return threading.current_thread() is threading.main_thread()
def told(*, x, request: PlayRequest, grant: Grant | None = None):
    return {"path": request.path, "attempts": grant.attempts, "x": x}
def told_by_text(bounds: Grant, other: Nothing = None): return bounds.attempts
class Note(pydantic.BaseModel):
    text: str
    stars: int = 0
class Kind(enum.Enum):
    BUG = "bug"
@dataclasses.dataclass
class Pair:
    left: tuple
    kind: Kind
def takes_model(note: Note, more: list[Note] = ()): return {"stars": note.stars + 1, "n": len(more)}
def gives_model(): return [Note(text="a"), Pair((1, 2), Kind.BUG)]
def nan(): return {"rows": [1.0, float("nan")]}
def number_key(): return {"rows": {1: "a"}}
def moment(): return {"at": datetime.datetime(2000, 1, 1)}
def round_and_round():
    ring = []
    ring.append(ring)
    return ring
def huge(): return 2**63
def half(): return "\\ud800"
def generator(): yield 1
def failed(): return StandardError.of("unable_to_complete", "no")
def costly(): return Success({"a": (1,)}, usd=0.5, tokens=3, degraded=True)
def bug(): return {}["absent"]
def leaves(): sys.exit("bye")
async def leaves_later(): sys.exit(3)
def cancels(): raise asyncio.CancelledError
async def cancels_later(): raise asyncio.CancelledError
async def cancels_its_task():
    asyncio.current_task().cancel()
    await asyncio.sleep(1)
def interrupts(): raise KeyboardInterrupt
def blocks():
    here = pathlib.Path(__file__).parent
    (here / "began").touch()
    while not (here / "gate").exists(): time.sleep(0.01)
    return True
async def stubborn():
    while True:
        try: await asyncio.sleep(0.01)
        except asyncio.CancelledError: pass
def positional(x, /): return x
def anything(**rest): return sorted(rest)
def gives_a_coroutine(): return later(text="x")
class Callable:
    async def __call__(self, *, text): return text
called = Callable()
class Group:
    @staticmethod
    def member(*, text): return text
not_callable = 3
def uses_lazy_import():
    import beside
    return beside.VALUE
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pieces.py").write_text(textwrap.dedent(SOURCE), encoding="utf-8")
    (tmp_path / "beside.py").write_text("VALUE = 'beside'\n", encoding="utf-8")
    return tmp_path


def play(folder: Path, name: str, **with_: Any) -> Any:
    return ask(PythonPerformer(f"pieces:{name}", folder), with_)


def test_the_with_map_becomes_keyword_arguments(folder: Path) -> None:
    assert output_of(play(folder, "echo", text="ab", times=2)) == "abab"


def test_an_async_callable_is_awaited(folder: Path) -> None:
    assert output_of(play(folder, "later", text="x")) == "x"


@pytest.mark.parametrize("name", ["called", "Group.member"])
def test_objects_and_members_of_classes_can_be_called(folder: Path, name: str) -> None:
    assert output_of(play(folder, name, text="x")) == "x"


def test_a_coroutine_that_a_sync_callable_returns_is_awaited(folder: Path) -> None:
    assert output_of(play(folder, "gives_a_coroutine")) == "x"


def test_a_sync_callable_runs_outside_the_loops_thread(folder: Path) -> None:
    assert output_of(play(folder, "where")) is False


def test_a_blocking_callable_does_not_block_the_loop(folder: Path) -> None:
    async def main() -> Success | StandardError:
        player = PythonPerformer("pieces:blocks", folder)
        work = asyncio.create_task(player.play(request(), Grant(None)))
        # What is waited for happens in a thread, which imports the module first.
        while not (folder / "began").exists():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        (folder / "gate").touch()  # only a loop that turns can let it go
        return await work

    assert output_of(asyncio.run(main())) is True


def _began(module: str) -> bool:
    began = getattr(sys.modules.get(module), "BEGAN", None)
    return began is not None and began.is_set()


def test_a_blocking_callable_that_was_cancelled_does_not_keep_the_loop_from_closing(
    folder: Path,
) -> None:
    (folder / "slow.py").write_text(
        "import threading\nGATE = threading.Event()\nBEGAN = threading.Event()\n"
        "def wait():\n    BEGAN.set()\n    GATE.wait(30)\n",
        encoding="utf-8",
    )

    async def main() -> None:
        player = PythonPerformer("slow:wait", folder)
        work = asyncio.create_task(player.play(request(), Grant(None)))
        while not _began("slow"):  # noqa: ASYNC110 - a thread tells no loop
            await asyncio.sleep(0.005)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    asyncio.run(main())
    assert not sys.modules["slow"].GATE.is_set()  # it waits still, and the loop has closed
    sys.modules["slow"].GATE.set()


def test_context_variables_reach_the_players_thread(folder: Path) -> None:
    (folder / "context.py").write_text(
        "import contextvars\n"
        "def read():\n"
        "    return {v.name: v_ for v, v_ in contextvars.copy_context().items()"
        " if v.name == 'season'}\n",
        encoding="utf-8",
    )
    season = contextvars.ContextVar[str]("season")
    season.set("autumn")
    answer = ask(PythonPerformer("context:read", folder))
    assert output_of(answer) == {"season": "autumn"}


def test_grant_and_request_are_handed_in_by_annotation(folder: Path) -> None:
    answer = play(folder, "told", x=1)
    assert output_of(answer) == {"path": "draft", "attempts": 1, "x": 1}


def test_annotations_that_cannot_be_resolved_are_taken_by_their_text(folder: Path) -> None:
    assert output_of(play(folder, "told_by_text")) == 1


def test_what_is_handed_in_cannot_be_given_by_the_melody(folder: Path) -> None:
    error = error_of(play(folder, "told", x=1, grant={}))
    assert error.code == "input.invalid"
    assert "'grant' is handed in" in error.message


@pytest.mark.parametrize(
    ("name", "with_", "fact"),
    [
        ("echo", {}, "parameter 'text' is missing"),
        ("echo", {"text": "a", "time": 2}, "no parameter 'time'; did you mean 'times'?"),
        ("positional", {"x": 1}, "parameter 'x' can only be given by position"),
        ("takes_model", {"note": {"stars": 1}}, "parameter 'note': text: Field required"),
    ],
)
def test_wrong_arguments_are_refused_by_the_name_of_the_parameter(
    folder: Path, name: str, with_: dict[str, Any], fact: str
) -> None:
    error = error_of(play(folder, name, **with_))
    assert error.code == "input.invalid"
    assert fact in error.message


def test_open_parameters_take_anything(folder: Path) -> None:
    assert output_of(play(folder, "anything", b=1, a=2)) == ["a", "b"]


def test_pydantic_models_are_made_from_data_and_back(folder: Path) -> None:
    note = {"text": "a", "stars": 4}
    assert output_of(play(folder, "takes_model", note=note, more=[note])) == {"stars": 5, "n": 1}
    assert output_of(play(folder, "gives_model")) == [
        {"text": "a", "stars": 0},
        {"left": [1, 2], "kind": "bug"},
    ]


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        ("nan", "rows[1] is nan"),
        ("number_key", "rows has the key 1"),
        ("moment", "at is of type datetime.datetime"),
        ("round_and_round", "nested deeper than 200"),
        ("huge", "more than 64 bits"),
        ("half", "lone surrogate"),
        ("generator", "of type builtins.generator"),
    ],
)
def test_a_result_that_is_not_json_is_output_format(folder: Path, name: str, fact: str) -> None:
    error = error_of(play(folder, name))
    assert error.code == "output.format"
    assert fact in error.message


def test_standard_outcomes_pass_through(folder: Path) -> None:
    assert error_of(play(folder, "failed")).code == "unable_to_complete"
    success = play(folder, "costly")
    assert (success.output, success.usd, success.tokens, success.degraded) == (
        {"a": [1]},
        0.5,
        3,
        True,
    )


def test_exceptions_are_left_to_the_classifier(folder: Path) -> None:
    with pytest.raises(KeyError):
        play(folder, "bug")


@pytest.mark.parametrize("name", ["leaves", "leaves_later"])
def test_sys_exit_is_a_crash_of_the_player(folder: Path, name: str) -> None:
    assert error_of(play(folder, name)).code == "player.crash"


@pytest.mark.parametrize("name", ["cancels", "cancels_later", "cancels_its_task"])
def test_a_player_that_cancels_itself_is_told_apart(folder: Path, name: str) -> None:
    assert error_of(play(folder, name)).code == "player.cancelled_self"


def test_an_interrupt_from_the_keyboard_passes(folder: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        play(folder, "interrupts")


def test_a_player_that_swallows_its_cancellation_is_left_behind(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conductor_core.players.stages.GRACE_S", 0.05)

    async def main() -> float:
        player = PythonPerformer("pieces:stubborn", folder)
        work = asyncio.create_task(player.play(request(), Grant(None)))
        await asyncio.sleep(0.05)
        began = asyncio.get_running_loop().time()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        return asyncio.get_running_loop().time() - began

    loop = asyncio.new_event_loop()  # asyncio.run would wait for the stubborn task for ever
    try:
        assert loop.run_until_complete(main()) < 1
    finally:
        for task in asyncio.all_tasks(loop):
            task._log_destroy_pending = False  # type: ignore[attr-defined]
        loop.close()


@pytest.mark.parametrize(
    ("target", "fact"),
    [
        ("absent.module:run", "there is no module 'absent.module'"),
        ("pieces.inner:run", "there is no module 'pieces.inner'"),
        ("pieces:ecko", "has no 'ecko'; did you mean 'echo'?"),
        ("pieces:not_callable", "is not callable"),
        ("broken:run", "could not be imported: SyntaxError"),
        ("needy:run", "could not be imported: ModuleNotFoundError: No module named 'nowhere'"),
        ("leaving:run", "could not be imported: SystemExit"),
    ],
)
def test_what_cannot_be_imported_is_config_missing(folder: Path, target: str, fact: str) -> None:
    (folder / "broken.py").write_text("def run(:\n", encoding="utf-8")
    (folder / "needy.py").write_text("import nowhere\n", encoding="utf-8")
    (folder / "leaving.py").write_text("import sys\nsys.exit(1)\n", encoding="utf-8")
    error = error_of(ask(PythonPerformer(target, folder)))
    assert error.code == "config.missing"
    assert fact in error.message


def test_nothing_is_imported_before_the_first_call(folder: Path) -> None:
    (folder / "eager.py").write_text("raise RuntimeError\n", encoding="utf-8")
    PythonPerformer("eager:run", folder)
    assert "eager" not in sys.modules


def test_imports_inside_functions_see_the_project(folder: Path) -> None:
    assert output_of(play(folder, "uses_lazy_import")) == "beside"


def test_sys_path_is_not_touched(folder: Path) -> None:
    before = list(sys.path)
    play(folder, "where")
    assert sys.path == before


def test_threads_of_players_end(folder: Path) -> None:
    before = threading.enumerate()
    play(folder, "where")
    ours = [each for each in threading.enumerate() if each not in before]
    for thread in ours:
        thread.join(timeout=20)
    assert not [each for each in ours if each.is_alive()]


def test_an_installed_module_can_be_a_player(folder: Path) -> None:
    answer = ask(PythonPerformer("textwrap:indent", folder), {"text": "a", "prefix": "> "})
    assert output_of(answer) == "> a"


def test_an_error_returned_keeps_its_own_facts(folder: Path) -> None:
    error = play(folder, "failed")
    assert isinstance(error, StandardError)
    assert error.message == "no"
