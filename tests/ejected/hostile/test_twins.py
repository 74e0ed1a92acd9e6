"""The comparison of a project with its harmless twin notices whatever is not a text put in."""

from __future__ import annotations

import pytest

from adapters.emitter.project import GeneratedFile, GeneratedProject
from tests.ejected.hostile.put import Difference, Put
from tests.ejected.hostile.twins import compare

MUTANTS = {
    "a text that closes its string": ("= 'tw00007x'", "= 'a';import os;''"),
    "a text that is another one": ("= 'tw00007x'", "= 'other'"),
    "a text in a comment": ("# ours", "# hostile"),
    "a text in a docstring": ('"""Words."""', '"""hostile."""'),
    "a name that is another one": ("name = ", "other = "),
    "a text in an f-string": ("= 'tw00007x'", "= f'{1}hostile'"),
    "a character that no terminal shows": ("Words", "Wor\u202eds"),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_what_is_not_as_in_the_twin_is_noticed(mutant: str) -> None:
    text = '# ours\n"""Words."""\n\nname = \'tw00007x\'\n'
    put = Put(texts={"tw00007x": "hostile"})
    right = text.replace("tw00007x", "hostile")
    compare(_planted(text), _planted(right), put)
    assert put.seen == {"tw00007x"}
    old, new = MUTANTS[mutant]
    wrong = text.replace(old, new).replace("tw00007x", "hostile")
    with pytest.raises(Difference):
        compare(_planted(text), _planted(wrong), put)


def test_names_that_become_one_are_noticed() -> None:
    text = "def tw00007x(here):\n    return tw00007x, here\n"
    put = Put(texts={"tw00007x": "here"}, names=frozenset({"tw00007x"}))
    compare(_planted(text), _planted(text.replace("tw00007x", "there")), put)
    with pytest.raises(Difference, match="became one"):
        compare(_planted(text), _planted(text.replace("tw00007x", "here")), put)


def test_a_command_that_ends_early_is_noticed() -> None:
    text = """# x

```
python -m x --inputs '{"a": "tw00007x"}'
```

```python
report = await run({'a': 'tw00007x'})
```
"""
    put = Put(texts={"tw00007x": "it's"})
    right = text.replace("'tw00007x'", '"it\'s"').replace("tw00007x", "it'\\''s")
    compare(_planted(text, "README.md"), _planted(right, "README.md"), put)
    wrong = text.replace("'tw00007x'", '"it\'s"').replace("tw00007x", "it's")
    with pytest.raises((Difference, ValueError)):
        compare(_planted(text, "README.md"), _planted(wrong, "README.md"), put)


def _planted(text: str, path: str = "src/planted/steps.py") -> GeneratedProject:
    return GeneratedProject("planted", "native", (GeneratedFile(path, text),))
