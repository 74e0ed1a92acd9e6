"""``allow`` of a project: what its Melodies may import, start and reach (spec 8)."""

from __future__ import annotations

from compiler.parse.atoms import text, texts
from compiler.parse.reading import Reading
from compiler.parse.syntax import Allow, Spanned
from compiler.parse.tree import ListNode, Node
from compiler.parse.wording import in_backticks
from workflow_ir import allow as allowed
from workflow_ir.span import Span

ALLOW = ("python", "command", "http", "mcp", "plugin", "private_addresses")
Entries = tuple[Spanned[str], ...]


def allow(reading: Reading, node: Node, at: Span) -> Allow | None:
    """The lists by kind; an entry that could never allow anything is MEL405."""
    fields = reading.fields(node, "allow", ALLOW, at=at)
    if fields is None:
        return None
    return Allow(
        at.to(node.span),
        python=fields.read_all("python", _patterns),
        plugin=fields.read_all("plugin", _patterns),
        command=fields.read_all("command", _patterns),
        http=fields.read_all("http", _patterns),
        private_addresses=fields.read_all("private_addresses", _patterns),
        mcp=fields.read_all("mcp", _mcp),
    )


def allow_of(written: Allow | None) -> allowed.Allow:
    """The same as the runtime takes it; nothing where nothing is written."""
    if written is None:
        return allowed.Allow()
    return allowed.Allow(
        python=tuple(one.value for one in written.python),
        command=tuple(one.value for one in written.command),
        http=tuple(one.value for one in written.http),
        private_addresses=tuple(one.value for one in written.private_addresses),
        mcp=tuple(one.value for one in written.mcp),
        plugin=tuple(one.value for one in written.plugin),
    )


def _patterns(reading: Reading, node: Node, name: str) -> Entries | None:
    found = texts(reading, node, name)
    if found is None:
        return None
    return tuple(one for one in found if _is_one(reading, name, one))


def _mcp(
    reading: Reading, node: Node, name: str
) -> tuple[Spanned[str | tuple[str, ...]], ...] | None:
    """Exact argvs, each a list, or URLs."""
    if not isinstance(node, ListNode):
        reading.wrong_shape(node, name, "a list of argvs or URLs")
        return None
    found: list[Spanned[str | tuple[str, ...]]] = []
    for index, item in enumerate(node.items):
        if isinstance(item, ListNode):
            words = texts(reading, item, f"{name}[{index}]") or ()
            found.append(Spanned(tuple(word.value for word in words), item.span))
        elif (url := text(reading, item, f"{name}[{index}]")) is not None:
            found.append(Spanned(url.value, url.span))
    return tuple(one for one in found if _is_one(reading, name, one))


def _is_one(
    reading: Reading, kind: str, entry: Spanned[str] | Spanned[str | tuple[str, ...]]
) -> bool:
    try:
        allowed.checked(kind, entry.value)
    except allowed.AllowError as error:
        reading.report("MEL405", in_backticks(error.message), entry.span, help=error.help)
        return False
    return True
