from __future__ import annotations

from pathlib import Path

from melody.fixing import apply_fixes
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Edit, Fix
from workflow_ir.span import Span


def test_only_the_characters_of_the_edits_change(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: [x]\r\nb: y  # kept\r\n")
    fix = Fix("quote it", (Edit(Span(str(path), 1, 5, 1, 6), '"x"'),))
    problem = diagnose("MEL110", "quote it", None, fix=fix)
    without = diagnose("MEL103", "no fix", None)
    assert apply_fixes([problem, without]) == {str(path): 1}
    assert path.read_bytes() == b'\xef\xbb\xbfa: ["x"]\r\nb: y  # kept\r\n'
