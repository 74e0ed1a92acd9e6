"""What this adapter takes for granted of CrewAI's event bus, seen on bare flows.

A new release that breaks one of these breaks the place that the message names.
"""

from __future__ import annotations

import threading
from contextvars import Context, copy_context

from adapters.crewai.silence import load, quiet

load()

from crewai.events import crewai_event_bus  # noqa: E402 - imported in silence first
from crewai.events.types.flow_events import FlowPlotEvent  # noqa: E402
from crewai.flow.flow import Flow  # noqa: E402


class _Bare(Flow):  # type: ignore[type-arg]
    _skip_auto_memory = True


def _kept() -> int:
    state = crewai_event_bus.runtime_state
    return 0 if state is None else len(state.root)


def test_the_bus_keeps_what_is_built_in_a_context_and_in_copies_of_it() -> None:
    def program() -> tuple[int, int]:
        quiet()
        _Bare()
        first = _kept()
        copy_context().run(_Bare)
        return first, _kept()

    assert Context().run(program) == (1, 2), "silence.py: the leak is mended, `unkept` may go"


def test_a_reset_in_a_copy_keeps_the_registry_of_the_caller_out_and_whole() -> None:
    def inside() -> int:
        crewai_event_bus.reset_runtime_state()
        _Bare()
        return _kept()

    def program() -> tuple[int, int]:
        quiet()
        _Bare()
        return copy_context().run(inside), _kept()

    assert Context().run(program) == (1, 1), (
        "silence.py: `unkept` lets a program keep every run, or forget what is its own"
    )


def test_the_end_of_a_flow_waits_for_handlers_at_most_thirty_seconds() -> None:
    import inspect

    assert inspect.signature(crewai_event_bus.flush).parameters["timeout"].default == 30.0, (
        "README.md, Quirks: a handler that hangs holds up the end of each flow and crew for longer"
    )


def test_a_handler_that_is_late_is_waited_for_in_the_thread_that_flushes() -> None:
    go_on, done = threading.Event(), threading.Event()

    def program() -> tuple[bool, bool]:
        quiet()
        flow = _Bare()
        with crewai_event_bus.scoped_handlers():

            @crewai_event_bus.on(FlowPlotEvent)
            def late(source: object, event: object) -> None:
                go_on.wait(60)
                done.set()

            crewai_event_bus.emit(flow, FlowPlotEvent(type="flow_plot", flow_name="f"))
            early = crewai_event_bus.flush(timeout=0.0)
            go_on.set()
            return early, crewai_event_bus.flush()

    assert Context().run(program) == (False, True), "README.md, Quirks: nothing waits for handlers"
    assert done.is_set()
