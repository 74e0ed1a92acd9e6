"""``command`` players: programs in order, without a shell."""

from __future__ import annotations

from adapters.emitter.code import Code, joined, literal
from adapters.emitter.players.asked import Asked, Piece, Template
from workflow_ir.players import CommandPlayer
from workflow_ir.values import ExprValue, LiteralValue, TextValue, Value


def command(asked: Asked) -> Piece:
    """Each item is one argument; what begins with data is never read as an option."""
    player = asked.player
    assert isinstance(player, CommandPlayer)
    argv = _Argv()
    commands = tuple(argv.written(items) for items in player.commands)
    stdin = None if player.stdin is None else argv.text(player.stdin)
    env = None if player.env is None else argv.template.value(player.env)
    facts = [] if player.parse is None else [(Code("parse"), literal(player.parse))]
    bounds = player.limits
    limited = bounds is not None and (bounds.memory_bytes or bounds.cpu)
    if bounds is not None and bounds.memory_bytes is not None:
        facts.append((Code("memory_bytes"), literal(bounds.memory_bytes)))
    if bounds is not None and bounds.cpu is not None:
        facts.append((Code("cpu"), literal(bounds.cpu)))
    view = {
        "commands": commands,
        "stdin": stdin,
        "env": env,
        "facts": tuple(facts),
        "lead": argv.template.lead,
        "secrets": argv.template.reads_secrets,
        "named": tuple(Code(name) for name in sorted({"run", *argv.named})),
    }
    sections = frozenset({"limited"} if limited else ())
    return Piece(
        "command.jinja", view, ("commands",), functions=argv.template.called, sections=sections
    )


class _Argv:
    """The arguments of one player."""

    def __init__(self) -> None:
        self.template = Template()
        self.named: set[str] = set()
        """What of the module of commands is used."""

    def written(self, items: tuple[Value, ...]) -> Code:
        arguments, ended = [], False
        for item in items:
            written = isinstance(item, LiteralValue) and isinstance(item.value, str)
            begun = isinstance(item, TextValue) and not _begins_with_data(item)
            if written or begun:
                arguments.append(self.template.value(item))
            elif ended or not _begins_with_data(item):
                arguments.append(self.text(item))
            else:
                arguments.append(self._call("data", item))
            ended = ended or (isinstance(item, LiteralValue) and item.value == "--")
        return Code(f"[{joined(arguments, ', ')}]")

    def text(self, value: Value) -> Code:
        return self._call("plain", value)

    def _call(self, name: str, value: Value) -> Code:
        self.named.add(name)
        return Code(f"{name}({self.template.value(value)})")


def _begins_with_data(item: Value) -> bool:
    match item:
        case LiteralValue():
            return False
        case TextValue(parts=parts):
            return isinstance(next((part for part in parts if part), None), ExprValue)
    return True
