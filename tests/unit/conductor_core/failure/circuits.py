"""Breakers at one moment, and calls that are made through them."""

from __future__ import annotations

from conductor_core.failure.breaker import Circuit, Permit, Refusal
from conductor_core.failure.breaker_result import Result
from conductor_core.failure.breaker_rules import Rules, State

S, F, IGNORED = Result.SUCCESS, Result.FAILURE, Result.IGNORED
LEASE_S = 60.0


def let(circuit: Circuit, now: float = 0, lease_s: float = LEASE_S) -> tuple[Circuit, Permit]:
    circuit, answer = circuit.admit(now, lease_s)
    assert isinstance(answer, Permit)
    return circuit, answer


def refused(circuit: Circuit, now: float = 0) -> tuple[Circuit, Refusal]:
    circuit, answer = circuit.admit(now, LEASE_S)
    assert isinstance(answer, Refusal)
    return circuit, answer


def called(circuit: Circuit, *results: Result, now: float = 0) -> Circuit:
    for result in results:
        circuit, permit = let(circuit, now)
        circuit = circuit.record(permit, result, now)
    return circuit


def closed(**rules: object) -> Circuit:
    return Circuit.begin(Rules(**rules), 0)  # type: ignore[arg-type]


def opened(**rules: object) -> Circuit:
    return closed(**rules).force(State.OPEN, 0)


def passed(circuit: Circuit, calls: int, now: float) -> tuple[Circuit, list[Permit], list[int]]:
    """Calls one after the other; those let through and their places in line."""
    permits, places = [], []
    for place in range(1, calls + 1):
        circuit, answer = circuit.admit(now, LEASE_S)
        if isinstance(answer, Permit):
            permits.append(answer)
            places.append(place)
    return circuit, permits, places


def ramping(**rules: object) -> Circuit:
    return called(opened(**rules), S, now=30)
