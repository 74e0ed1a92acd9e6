from __future__ import annotations

from pathlib import Path

from adapters.emitter.project import GeneratedFile, GeneratedProject
from melody.ejecting.laid_out import lay_out
from melody.ejecting.manifest import digest
from tests.unit.melody.ejecting.stage import README, tree

PAGE = """# notes

```
python -m notes --inputs '{}'
```

```python
report = await run({'a': "it's ```"})
```

```python
x   = '\\n'
```
"""
FORMATTED = """# notes

```
python -m notes --inputs '{}'
```

```python
report = await run({"a": "it's ```"})
```

```python
x = "\\n"
```
"""


def test_python_in_a_page_of_ours_is_formatted(tmp_path: Path) -> None:
    own = GeneratedFile("docs/own.md", PAGE, verbatim=True)
    project = GeneratedProject("notes", "native", (GeneratedFile(README, PAGE), own))
    entries = lay_out(project, tmp_path)
    assert tree(tmp_path) == {README: FORMATTED, "docs/own.md": PAGE}
    assert entries[README].source == digest(PAGE.encode())
    assert entries[README].written == digest(FORMATTED.encode())


def test_a_page_without_python_stays_as_it_is(tmp_path: Path) -> None:
    page = "# notes\n\n```\nx   = 1\n```\n"
    lay_out(GeneratedProject("notes", "native", (GeneratedFile(README, page),)), tmp_path)
    assert tree(tmp_path) == {README: page}
