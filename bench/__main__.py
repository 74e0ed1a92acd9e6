"""``python -m bench [NAME …]``: run the named benchmarks, all of them without a name."""

from __future__ import annotations

import sys

from bench.checking import checking
from bench.engines import chain, fan_out

BENCHMARKS = {"chain": chain, "fan_out": fan_out, "checking": checking}


def main(names: list[str]) -> int:
    """Run them one after the other; an unknown name is told."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        sys.stderr.write(f"no benchmark {unknown[0]!r}; known: {', '.join(BENCHMARKS)}\n")
        return 2
    for name in names or BENCHMARKS:
        for line in BENCHMARKS[name]():
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
