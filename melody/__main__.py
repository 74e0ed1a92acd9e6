"""``python -m melody``."""

from __future__ import annotations

from melody.cli import main

if __name__ == "__main__":
    main()
