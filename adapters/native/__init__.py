"""The native backend: asyncio and nothing else."""

from __future__ import annotations

from adapters.native.adapter import NativeAdapter

ADAPTER = NativeAdapter()

__all__ = ["ADAPTER", "NativeAdapter"]
