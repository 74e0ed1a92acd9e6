"""The shape of an IR: pydantic's findings in the words of a reader of the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from compiler.ir_file.finding import Finding, Path
from workflow_ir.nearest import nearest
from workflow_ir.workflow import IR_SCHEMA, WorkflowIR

MAX_FINDINGS = 50


def shape(data: Any) -> tuple[WorkflowIR | None, tuple[Finding, ...]]:
    """The IR, or what in the data is not as an IR is."""
    if not isinstance(data, dict):
        return None, (Finding((), "an IR is an object"),)
    if data.get("kind") != IR_SCHEMA:
        return None, (Finding(("kind",), f"an IR of this version says `kind: {IR_SCHEMA}`"),)
    try:
        return WorkflowIR.model_validate(data), ()
    except ValidationError as error:
        return None, tuple(dict.fromkeys(_findings(data, error)))
    except RecursionError:
        return None, (Finding(("root",), "the steps are nested too deeply"),)


def _findings(data: Any, error: ValidationError) -> Iterator[Finding]:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    for one in found[:MAX_FINDINGS]:
        path, rest = _path(data, one["loc"])
        name = str(rest[-1]) if rest else ""
        match one["type"]:
            case "missing":
                yield Finding(path, f"`{name[:60]}` is missing here")
            case "extra_forbidden":
                yield Finding(path, f"an IR has no `{str(path[-1])[:60]}` here")
            case "union_tag_invalid" | "union_tag_not_found":
                yield Finding((*path, "kind"), "no such `kind` may stand here")
            case _:
                message = one["msg"].removeprefix("Value error, ")
                yield Finding(path, message[:1].lower() + message[1:])


def _path(data: Any, loc: Path) -> tuple[Path, Path]:
    """The way through the data, without the tags of unions, and what of it is not there."""
    node = data
    path: list[str | int] = []
    for index, part in enumerate(loc):
        if _holds(node, part):
            node = node[part]
            path.append(part)
        elif not (isinstance(node, dict) and node.get("kind") == part):
            return tuple(path), loc[index:]
    return tuple(path), ()


def _holds(node: Any, part: str | int) -> bool:
    if isinstance(node, list):
        return isinstance(part, int) and part < len(node)
    return isinstance(node, dict) and part in node


def close(name: str, known: Any, *, what: str) -> str | None:
    """The help for an unknown name."""
    meant = nearest(name, tuple(known))
    return f"did you mean `{meant}`?" if meant else f"there is no such {what}"
