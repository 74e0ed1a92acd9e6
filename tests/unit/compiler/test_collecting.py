from __future__ import annotations

import gc

import pytest

from compiler.collecting import collecting_later
from compiler.pipeline import compile_text


def test_cycles_are_collected_again_afterwards_even_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError), collecting_later():
        _ = 1 / gc.isenabled()  # 1 / False
    assert gc.isenabled()


def test_who_collects_nothing_still_collects_nothing_afterwards() -> None:
    gc.disable()
    try:
        with collecting_later():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_compiling_leaves_the_collector_as_it_was() -> None:
    assert compile_text("melody: v1\nname: a\nsteps: {a: {set: 1}}\n").ir is not None
    assert gc.isenabled()
    assert compile_text("- broken").ir is None
    assert gc.isenabled()
