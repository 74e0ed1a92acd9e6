from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.melody.chaining_page import CONSOLES, FILES, shown, typed


@pytest.mark.parametrize("console", CONSOLES, ids=lambda text: text[2:40])
def test_every_example_of_the_page_gives_what_the_page_says(console: str, tmp_path: Path) -> None:
    ran = typed(console, tmp_path)
    assert ran.stdout + ran.stderr == shown(console)


def test_the_page_has_examples_of_every_form() -> None:
    for form in ("define", "coordinate", "pipeline create", "pipeline shim", "import tidyllm"):
        assert any(f"melody {form}" in console for console in CONSOLES)
    assert list(FILES) == ["workflow_config.yaml"]
