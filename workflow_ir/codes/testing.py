"""MEL55x: what `melody test` and the pytest plugin say of test files and snapshots."""

from __future__ import annotations

from workflow_ir.codes.info import Example, error, family

TESTING = family(
    error(
        551,
        "a test cannot be made",
        cause="The test file names a file that is not there, or expects something that no run of "
        "the Melody can have: a step, an output or an error code that is unknown.",
        cure="Correct the name; paths begin at the folder of the test file.",
        example=Example(bad="error: ratelimited", good="error: rate_limited"),
    ),
    error(
        552,
        "an expectation is not met",
        cause="The run of a test ended, and a value that the test writes down is another one. Only "
        "what is written is compared.",
        cure="Mend the Melody, its players or the script; or, if the new value is right, the test.",
    ),
    error(
        553,
        "a snapshot differs",
        cause="What the Melody compiles to now is not what was stored.",
        cure="Read the difference. If it is meant, store it with `melody test "
        "--update-snapshots` and commit it.",
    ),
    error(
        554,
        "no snapshot yet",
        cause="A test file asks for a snapshot, and none is stored.",
        cure="Store it with `melody test --update-snapshots`, look at it, and commit it.",
    ),
    error(
        555,
        "an orphaned snapshot",
        cause="A snapshot is stored that no test file beside its folder asks for.",
        cure="Delete it, or ask for it with `snapshot:` in the test file. `melody test "
        "--update-snapshots` deletes those of a test file that is there.",
    ),
)
