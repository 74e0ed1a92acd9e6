"""The retry tokens of one target as attempts meet them."""

from __future__ import annotations

import threading

from conductor_core.failure.throttle import Tokens, counts
from workflow_ir.outcome import StandardError, Success


class TargetThrottle:
    """Tokens that several attempts use at the same time.

    Args:
        tokens: As they are now.
        lock: Held by whoever changes anything.
    """

    def __init__(self, tokens: Tokens, lock: threading.Lock) -> None:
        self._tokens = tokens
        self._lock = lock

    @property
    def tokens(self) -> Tokens:
        """As they are now."""
        return self._tokens

    @property
    def allows_retry(self) -> bool:
        """Whether what failed last may be tried again."""
        return self._tokens.allows_retry

    def record(self, answer: Success | StandardError) -> None:
        """An attempt that reached its player has ended.

        Args:
            answer: Before schema and gate: they are no matter of the target.
        """
        with self._lock:
            if isinstance(answer, Success):
                self._tokens = self._tokens.succeeded()
            elif counts(answer):
                self._tokens = self._tokens.failed()
