from __future__ import annotations

from adapters.handover import Handover
from conductor_core.clock.virtual import VirtualClock


def _tokens(clock: VirtualClock) -> int:
    return clock._tokens


def test_a_flow_holds_a_token_whenever_it_does_not_wait_for_the_conductor() -> None:
    clock = VirtualClock()
    handover = Handover(clock, active=True)
    with handover.graph():
        assert _tokens(clock) == 1  # CrewAI opens the flow
        with handover.node():
            assert _tokens(clock) == 1  # CrewAI prepares the method
            with handover.waiting():
                assert _tokens(clock) == 0
                clock.hold()  # the step
                clock.release()
            assert _tokens(clock) == 1  # CrewAI ends the method
        assert _tokens(clock) == 1  # CrewAI looks for what comes next
    assert _tokens(clock) == 0


def test_methods_side_by_side_hold_one_token_each() -> None:
    clock = VirtualClock()
    handover = Handover(clock, active=True)
    with handover.graph():
        with handover.node(), handover.node():
            assert _tokens(clock) == 2
        assert _tokens(clock) == 1
    assert _tokens(clock) == 0


def test_in_eager_mode_nothing_is_held() -> None:
    clock = VirtualClock()
    handover = Handover(clock, active=False)
    with handover.graph(), handover.node():
        assert _tokens(clock) == 0
