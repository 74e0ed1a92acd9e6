"""YAML events to nodes, with every bound of the language held on the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from compiler.parse.flow_quoting import unquoted
from compiler.parse.scalars import NotJsonError, shortened, typed
from compiler.parse.source_text import SourceText
from compiler.parse.tree import KeyNode, ListNode, MapNode, Node, Scalar, ScalarNode, Style
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note
from workflow_ir.nearest import nearest
from workflow_ir.span import Span

MAX_DEPTH = 64
"""Lists and maps inside one another."""
MAX_NODES = 500_000
"""Keys, scalars, lists and maps of one file."""
ALIAS_BUDGET = 10_000
"""Nodes that aliases and merge keys may add (spec 8, Text)."""
MAX_PROBLEMS = 200
"""Further problems of the same reading are not listed."""

EXOTIC_BREAK = re.compile("[\x85\u2028\u2029]")
"""Line breaks to YAML but not to editors."""
PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*+[ \t]++)++")
TAG = re.compile(r"(?:&\S+[ \t]+)?(![^\s,\[\]{}]*)")
LONE_SURROGATE = re.compile("[\ud800-\udfff]")

STYLES: dict[str | None, Style] = {
    "": "plain",
    None: "plain",
    "'": "single",
    '"': "double",
    "|": "literal",
    ">": "folded",
}
CORE = "tag:yaml.org,2002:"
SCALAR_TAGS: dict[str, tuple[type, ...]] = {
    f"{CORE}null": (type(None),),
    f"{CORE}bool": (bool,),
    f"{CORE}int": (int,),
    f"{CORE}float": (float, int),
}


class StopReadingError(Exception):
    """Reading cannot go on; carries the reason."""

    def __init__(self, problem: Diagnostic) -> None:
        """Take the last problem of this reading."""
        self.problem = problem
        super().__init__(problem.message)


class _Frame:
    """A list or map that is still open."""

    __slots__ = (
        "anchor", "at", "flow", "height", "key", "keys", "merge", "nodes", "values", "waiting",
    )  # fmt: skip

    def __init__(self, at: Span, *, flow: bool, anchor: str | None, nodes: int) -> None:
        self.at = at
        self.flow = flow
        self.anchor = anchor
        self.nodes = nodes
        self.height = 0
        self.values: list[Node] = []
        self.keys: dict[str, tuple[KeyNode, Node]] | None = None
        self.key: KeyNode | None = None
        """The key whose value comes next; None with ``waiting``: the value is to be dropped."""
        self.waiting = False
        self.merge = False


class TreeBuilder:
    """Collects events; ``root`` holds the document afterwards."""

    def __init__(self, source: SourceText, to_original: Callable[[int], int] | None) -> None:
        """Read for a source; ``to_original`` maps offsets of a patched text back to it."""
        self.source = source
        self.root: Node | None = None
        self.problems: list[Diagnostic] = []
        self.last_plain: tuple[Any, Any] | None = None
        """Marks of the plain scalar that came last, if nothing came after it."""
        self._to_original = to_original
        self._exact = to_original is None and not EXOTIC_BREAK.search(source.text)
        self._stack: list[_Frame] = []
        self._anchors: dict[str, tuple[Node, int, int]] = {}
        self._nodes = 0
        self._expanded = 0
        self._documents = 0

    @property
    def in_flow(self) -> bool:
        """Whether the innermost open collection is written with brackets."""
        return bool(self._stack) and self._stack[-1].flow

    # ── events ──────────────────────────────────────────────────────────────────────────────────

    def nothing(self, event: Any) -> None:
        """An event that adds nothing."""

    def open_document(self, event: Any) -> None:
        """Only the first document is a Melody."""
        self._documents += 1
        if self._documents > 1:
            raise StopReadingError(
                diagnose(
                    "MEL109",
                    "a second YAML document begins here",
                    self._span(event),
                    help="a file holds one Melody: delete the `---`, or move what follows it "
                    "into a file of its own",
                )
            )

    def scalar(self, event: Any) -> None:
        """A scalar: the key or the value of the open map, or an item of the open list."""
        style = STYLES[event.style]
        text: str = event.value
        span = self._span(event)
        if style in ("literal", "folded") or event.anchor or event.tag:
            span = self._trimmed(event, style)
        frame = self._stack[-1] if self._stack else None
        self.last_plain = (event.start_mark, event.end_mark) if style == "plain" else None
        if style == "plain":
            if frame and frame.flow and "?" in text and not self._is_full:
                self._report(unquoted(self.source, *self._offsets(event)))
        elif "\0" in text or LONE_SURROGATE.search(text):
            self._refuse("this text holds a character that JSON cannot pass on", span,
                         "delete the escape `\\0` or the half of a surrogate pair")  # fmt: skip
            text = LONE_SURROGATE.sub("", text.replace("\0", ""))
        if frame is not None and frame.keys is not None and not frame.waiting:
            if event.tag:
                self._scalar_value(text, style, span, event)
            self._take_key(frame, text, style, span)
            return
        value = self._scalar_value(text, style, span, event)
        self._add(ScalarNode(value, text, style, span, self.source), event.anchor, 1, 0)

    def alias(self, event: Any) -> None:
        """Another use of an anchored value; counted as if it were written out."""
        span, name = self._span(event), event.anchor
        self.last_plain = None
        if any(frame.anchor == name for frame in self._stack):
            raise StopReadingError(
                diagnose(
                    "MEL108",
                    f"`*{name}` stands inside the value it names, which would never end",
                    span,
                    help="a Melody is a tree: write the value out",
                )
            )
        if name not in self._anchors:
            close = None if self._is_full else nearest(name, list(self._anchors))
            self._report(
                diagnose(
                    "MEL104",
                    f"no anchor `&{name}` stands before this alias",
                    span,
                    label=f"did you mean `*{close}`?" if close else None,
                    help="a value that begins with `*` is a YAML alias; put it in quotes if it is "
                    "meant as text",
                )
            )
            self._add_or_key(ScalarNode(None, "", "plain", span, self.source), None, 1, 0)
            return
        node, size, height = self._anchors[name]
        self._expanded += size
        if self._expanded > ALIAS_BUDGET:
            raise StopReadingError(
                diagnose(
                    "MEL106",
                    f"aliases add more than {ALIAS_BUDGET} values to this file",
                    span,
                    help="use fewer aliases, or compute the data in a step",
                )
            )
        if len(self._stack) + height > MAX_DEPTH:
            self._too_deep(span)
        self._add_or_key(node, None, size, height)

    def open_map(self, event: Any) -> None:
        """A map begins."""
        self._open(event).keys = {}

    def open_list(self, event: Any) -> None:
        """A list begins."""
        self._open(event)

    def close_map(self, event: Any) -> None:
        """A map is complete."""
        frame = self._stack.pop()
        keys = frame.keys or {}
        last = next(reversed(keys.values()))[1].span if keys else frame.at
        if frame.anchor and keys and not frame.flow:  # the map begins behind its anchor
            frame.at = next(iter(keys.values()))[0].span
        node = MapNode(tuple(keys.values()), self._closed(event, frame, last))
        self._add_or_key(node, frame.anchor, self._written - frame.nodes, frame.height + 1)

    def close_list(self, event: Any) -> None:
        """A list is complete."""
        frame = self._stack.pop()
        last = frame.values[-1].span if frame.values else frame.at
        node = ListNode(tuple(frame.values), self._closed(event, frame, last))
        self._add_or_key(node, frame.anchor, self._written - frame.nodes, frame.height + 1)

    # ── building ────────────────────────────────────────────────────────────────────────────────

    def _open(self, event: Any) -> _Frame:
        span = self._span(event)
        self.last_plain = None
        if len(self._stack) >= MAX_DEPTH:
            self._too_deep(span)
        if event.tag and event.tag not in (f"{CORE}map", f"{CORE}seq", "!"):
            self._foreign_tag(event)
        if event.flow_style and (event.anchor or event.tag):
            span = self._trimmed(event, "plain")
        self._count(1, span)
        frame = _Frame(span, flow=event.flow_style, anchor=event.anchor, nodes=self._written - 1)
        self._stack.append(frame)
        return frame

    def _add_or_key(self, node: Node, anchor: str | None, size: int, height: int) -> None:
        """Place a finished node; as a key only a scalar will do."""
        frame = self._stack[-1] if self._stack else None
        if frame is None or frame.keys is None or frame.waiting:
            self._add(node, anchor, size, height)
        elif isinstance(node, ScalarNode):
            self._take_key(frame, node.text, node.style, node.span)
        else:
            kind = "map" if isinstance(node, MapNode) else "list"
            self._refuse(
                f"a {kind} cannot be a key", node.span, _complex_key_help(self.source, node)
            )
            frame.key, frame.waiting = None, True

    def _add(self, node: Node, anchor: str | None, size: int, height: int) -> None:
        if isinstance(node, ScalarNode):
            self._count(1, node.span)
        if anchor:
            self._anchors[anchor] = (node, size, height)
        if not self._stack:
            self.root = node
            return
        frame = self._stack[-1]
        frame.height = max(frame.height, height)
        if frame.keys is None:
            frame.values.append(node)
            return
        key, frame.key, frame.waiting = frame.key, None, False
        if frame.merge:
            frame.merge = False
            self._merge(frame, node)
        elif key is not None:
            frame.keys[key.text] = (key, node)

    def _take_key(self, frame: _Frame, text: str, style: Style, span: Span) -> None:
        assert frame.keys is not None
        frame.waiting, frame.key = True, None
        self._count(1, span)
        if style == "plain" and text == "<<":
            frame.merge = True
            return
        if style in ("literal", "folded") or (style == "plain" and not text):
            fact = "a key is missing" if not text else "a block of text cannot be a key"
            self._refuse(fact, span, "write a name before the `:`")
            return
        earlier = frame.keys.get(text)
        if earlier is not None and earlier[0].span >= frame.at:
            if self._is_full:
                return
            self._report(
                diagnose(
                    "MEL107",
                    f"the key `{shortened(text)}` is written twice",
                    span,
                    label="again here",
                    notes=(Note("first written", earlier[0].span),),
                    help="rename or delete one of them",
                )
            )
            return
        if earlier is not None:  # merged in before; a key of the map itself wins
            del frame.keys[text]
        frame.key = KeyNode(text, span)

    def _merge(self, frame: _Frame, node: Node) -> None:
        """``<<``: keys of the map itself win, then earlier maps."""
        assert frame.keys is not None
        sources = node.items if isinstance(node, ListNode) else (node,)
        for source in sources:
            if not isinstance(source, MapNode):
                self._refuse("`<<` takes in a map or a list of maps", source.span,
                             "write `<<: *NAME` where `&NAME` stands before a map")  # fmt: skip
                continue
            for key, value in source.entries:
                frame.keys.setdefault(key.text, (key, value))

    def _scalar_value(self, text: str, style: Style, span: Span, event: Any) -> Scalar:
        tag: str | None = event.tag
        if tag and tag not in SCALAR_TAGS and tag not in (f"{CORE}str", "!"):
            self._foreign_tag(event)
            return text
        if (style != "plain" and tag not in SCALAR_TAGS) or tag in (f"{CORE}str", "!"):
            return text
        try:
            value = typed(text)
        except NotJsonError as error:
            self._refuse(str(error), span, "write a number that JSON can hold, or quote it to "
                         "make it text")  # fmt: skip
            return text
        if tag and not isinstance(value, SCALAR_TAGS[tag]):
            self._foreign_tag(event)
        return value

    # ── refusals ────────────────────────────────────────────────────────────────────────────────

    @property
    def _written(self) -> int:
        """Nodes so far, as if every alias were written out."""
        return self._nodes + self._expanded

    def _count(self, nodes: int, span: Span) -> None:
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            raise StopReadingError(
                diagnose(
                    "MEL106",
                    f"this file has more than {MAX_NODES} values",
                    span,
                    help="move data out of the Melody into a file that a step reads",
                )
            )

    def _too_deep(self, span: Span) -> None:
        raise StopReadingError(
            diagnose(
                "MEL105",
                f"lists and maps are nested more than {MAX_DEPTH} deep",
                span,
                help="move inner steps into a Melody of their own, or data into a file",
            )
        )

    def _foreign_tag(self, event: Any) -> None:
        start, end = self._offsets(event)
        if written := TAG.match(self.source.text, start):
            start, end = written.span(1)
        span = self.source.span(start, end)
        shown = str(event.tag).replace(CORE, "!!")
        negation = shown.startswith("!") and not shown.startswith("!!")
        self._refuse(
            f"`{shortened(shown)}` is a YAML tag, and a Melody holds JSON data only",
            span,
            f"write `not {shortened(shown[1:])}` for a negation, or put the text in quotes"
            if negation and shown[1:]
            else "delete the tag",
        )

    def _refuse(self, message: str, span: Span, help: str) -> None:
        self._report(diagnose("MEL108", message, span, help=help))

    def _report(self, problem: Diagnostic) -> None:
        if not self._is_full:
            self.problems.append(problem)

    @property
    def _is_full(self) -> bool:
        """Whether further problems are not listed; to word half a million takes seconds."""
        return len(self.problems) >= MAX_PROBLEMS

    # ── places ──────────────────────────────────────────────────────────────────────────────────

    def to_offset(self, mark: Any) -> int:
        """The offset in the source of a mark of the parser."""
        offset = mark.index if self._to_original is None else self._to_original(mark.index)
        return min(offset, len(self.source.text))

    def _offsets(self, event: Any) -> tuple[int, int]:
        return self.to_offset(event.start_mark), self.to_offset(event.end_mark)

    def _span(self, event: Any) -> Span:
        start, end = event.start_mark, event.end_mark
        # At the end of a text without a last line break libyaml tells of a line that is not there.
        if self._exact and end.index < len(self.source.text):
            return Span(
                self.source.file, start.line + 1, start.column + 1, end.line + 1, end.column + 1
            )
        return self.source.span(self.to_offset(start), self.to_offset(end))

    def _trimmed(self, event: Any, style: Style) -> Span:
        """Without tag and anchor, and without the empty lines behind a block."""
        start, end = self._offsets(event)
        text = self.source.text
        if (event.anchor or event.tag) and (skip := PROPERTIES.match(text, start)):
            start = min(skip.end(), end)
        if style in ("literal", "folded"):
            end = start + len(text[start:end].rstrip())
        return self.source.span(start, end)

    def _closed(self, event: Any, frame: _Frame, last: Span) -> Span:
        """The whole collection: to its bracket, or to the end of what it holds last."""
        if frame.flow:
            return frame.at.to(self._span(event))
        return frame.at.to(max(last, frame.at))


def _complex_key_help(source: SourceText, node: Node) -> str:
    start = source.offset(node.span.line, node.span.column)
    if source.text.startswith("{{", start):
        return "write `${{ … }}`, in quotes"
    return "a key is a name"
