"""No collection of cycles while compiling.

It makes hundreds of thousands of objects that all stay; to look through them for cycles again and
again takes as long as the work itself.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collecting_later() -> Iterator[None]:
    """No collection of cycles meanwhile; the size of a Melody is bounded, so memory is as well."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
