"""What a project allows its Melodies to use on the machine (spec 2 and spec 8, ``allow``)."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from workflow_ir.allow_address import is_address, is_private
from workflow_ir.nearest import nearest

_MODULES = re.compile(r"\*|[A-Za-z_][\w*]*(\.[\w*]+)*")
_PLUGINS = re.compile(r"[\w*-]+(\.[\w*-]+)*")
_HOSTS = re.compile(r"[\w*-]+(\.[\w*-]+)*|\[?[0-9A-Fa-f:.]+\]?", re.ASCII)
_URL = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)
_PLAIN = re.compile(r"[\w./-]*[A-Za-z_/][\w./-]*", re.ASCII)
"""Text that YAML takes as it stands, inside brackets too."""


class AllowError(ValueError):
    """An entry that means nothing; its text is the fact, and what to write behind it."""

    def __init__(self, message: str, help: str | None = None) -> None:
        """Take the fact, and the hint apart from it."""
        super().__init__(message if help is None else f"{message}; {help}")
        self.message = message
        self.help = help


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that is not allowed, and what would allow it."""

    kind: str
    """A field of ``Allow``: ``python``."""
    name: str
    """The module, program, host, address, plugin, URL or command line, as ``--allow`` takes it."""
    what: str
    """How it is called in a sentence: ``the command 'git'``."""
    argv: tuple[str, ...] | None = None
    """Of an MCP server that is started: its exact command."""
    beside: Refusal | None = None
    """What must be allowed too."""

    @property
    def line(self) -> str:
        """The exact line for the project file."""
        parts = [self, *([self.beside] if self.beside else ())]
        entries = ", ".join(f"{part.kind}: [{part.entry}]" for part in parts)
        return f"allow: {{{entries}}}"

    @property
    def entry(self) -> str:
        """The entry of the list, as YAML."""
        if self.argv is not None:
            return f"[{', '.join(_as_yaml(word) for word in self.argv)}]"
        return _as_yaml(self.name)

    @property
    def option(self) -> str:
        """The options that allow it for one run, as a shell takes them."""
        own = f"--allow {shlex.quote(f'{self.kind}:{self.name}')}"
        return own if self.beside is None else f"{own} {self.beside.option}"


@dataclass(frozen=True, slots=True)
class Allow:
    """Allowed things by kind. Empty: nothing."""

    python: tuple[str, ...] = ()
    """Dotted patterns of modules: ``samples.*`` is everything inside ``samples``, however deep."""
    command: tuple[str, ...] = ()
    """Program names, compared as written in the command: ``git`` does not allow ``./git``."""
    http: tuple[str, ...] = ()
    """Patterns of hosts, small letters or large: ``*.example.com`` is every host below it."""
    private_addresses: tuple[str, ...] = ()
    """Addresses and networks that are loopback or private: ``127.0.0.1``, ``10.0.0.0/8``."""
    mcp: tuple[str | tuple[str, ...], ...] = ()
    """Exact command lines, and URLs."""
    plugin: tuple[str, ...] = ()
    """Dotted patterns of names: ``acme-*``."""

    @classmethod
    def parse(cls, entry: str) -> Allow:
        """One ``--allow KIND:PATTERN``.

        The command line of an MCP server is written as in a shell, or as a JSON list.

        Raises:
            AllowError: The kind is unknown or the pattern is not one.
        """
        kind, colon, pattern = entry.partition(":")
        kinds = [field.name for field in fields(cls)]
        if not colon or kind not in kinds:
            meant = nearest(kind, kinds)
            hint = f"did you mean {meant!r}?" if meant else f"KIND is one of {', '.join(kinds)}"
            if not colon and not meant:
                hint = f"write for example command:{entry}; {hint}"
            raise AllowError(f"{entry!r} is not KIND:PATTERN, like python:samples.*", hint)
        if not pattern.strip():
            message = f"{entry!r} names nothing after the colon"
            raise AllowError(message)
        found = _argv_or_url(pattern) if kind == "mcp" else pattern
        allowed: dict[str, Any] = {kind: (checked(kind, found),)}
        return cls(**allowed)

    def __or__(self, other: Allow) -> Allow:
        """Everything that one of the two allows."""
        merged: dict[str, Any] = {
            field.name: (*getattr(self, field.name), *getattr(other, field.name))
            for field in fields(self)
        }
        return replace(self, **merged)

    def refuse_python(self, target: str, *, what: str = "python player") -> Refusal | None:
        """None if the module of ``module:name`` is allowed."""
        module = target.partition(":")[0]
        if any(_covers(pattern, module) for pattern in self.python):
            return None
        return Refusal("python", module, f"the {what} {target!r}")

    def refuse_command(self, program: str) -> Refusal | None:
        """None if the program is allowed."""
        if program in self.command:
            return None
        return Refusal("command", program, f"the command {program!r}")

    def refuse_http(self, host: str) -> Refusal | None:
        """None if the host of an ``http`` player or model is allowed.

        A name is looked at as a name alone; the addresses it stands for are looked at when it is
        connected to. ``localhost`` is one that stands for ``127.0.0.1``.
        """
        host = host.strip("[]").lower()
        what = f"the host {host!r}"
        named = any(_covers(pattern.strip("[]").lower(), host) for pattern in self.http)
        reached = self.refuse_address("127.0.0.1" if host == "localhost" else host)
        if named:
            return reached if reached is None else replace(reached, what=what)
        return Refusal("http", host, what, beside=reached)

    def refuse_address(self, address: str) -> Refusal | None:
        """None if an address is public, or private and allowed; None for what is no address."""
        if not is_address(address) or not is_private(address, self.private_addresses):
            return None
        return Refusal("private_addresses", address, f"the private address {address!r}")

    def refuse_mcp(self, server: str | tuple[str, ...]) -> Refusal | None:
        """None if an MCP server, a URL or a command line, is allowed exactly so."""
        if server in self.mcp:
            return None
        if isinstance(server, str):
            return Refusal("mcp", server, f"the MCP server {server!r}")
        shown = shlex.join(server)
        return Refusal("mcp", shown, f"the MCP server {shown!r}", argv=server)

    def refuse_plugin(self, name: str) -> Refusal | None:
        """None if a plugin is allowed."""
        if any(_covers(pattern, name) for pattern in self.plugin):
            return None
        return Refusal("plugin", name, f"the plugin {name!r}")


def checked(kind: str, entry: str | tuple[str, ...]) -> str | tuple[str, ...]:
    """The entry, if it is one of its kind.

    Raises:
        AllowError: It never allows anything; the message says what was expected.
    """
    if isinstance(entry, tuple):
        if not entry or not entry[0].strip():
            raise AllowError("an MCP server's command has a program", "write `[program, argument]`")
        return entry
    fits, fact, help_ = _KINDS[kind]
    if not fits(entry):
        raise AllowError(f"{entry!r} is {fact}", help_)
    return entry


def _is_program(entry: str) -> bool:
    return bool(entry.strip()) and not re.search(r"[\s;&|<>]", entry)


def _is_network(entry: str) -> bool:
    return is_address(entry, network=True)


_KINDS: Mapping[str, tuple[Callable[[str], object], str, str | None]] = {
    "python": (_MODULES.fullmatch, "not a dotted module pattern, like samples.*", None),
    "plugin": (_PLUGINS.fullmatch, "not a pattern of plugin names, like acme-*", None),
    "command": (
        _is_program,
        "no program name",
        "its arguments are not part of it: `command: [git]`",
    ),
    "http": (
        _HOSTS.fullmatch,
        "no host, like api.example.com",
        "a host has no scheme, port or path",
    ),
    "private_addresses": (
        _is_network,
        "no address, like 127.0.0.1",
        "a network is written as 10.0.0.0/8",
    ),
    "mcp": (_URL.fullmatch, "no URL", "a command is a list: `mcp: [[program, argument]]`"),
}
"""By kind: what an entry is, the fact where it is not, and what to write."""


def _argv_or_url(text: str) -> str | tuple[str, ...]:
    if _URL.fullmatch(text):
        return text
    try:
        words = json.loads(text) if text.lstrip().startswith("[") else shlex.split(text)
    except ValueError as error:
        raise AllowError(f"{text!r} is no command line: {error}") from error
    if not all(isinstance(word, str) for word in words):
        raise AllowError(f"{text!r} is no list of texts")
    return tuple(words)


def _covers(pattern: str, name: str) -> bool:
    """Case matters; ``*`` is the only wildcard and crosses dots."""
    first, *others = pattern.split("*")
    if not others:
        return name == pattern
    *middle, last = others
    if not name.startswith(first):
        return False
    at = len(first)
    for part in middle:
        found = name.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return len(name) - at >= len(last) and name.endswith(last)


def _as_yaml(text: str) -> str:
    """Text as it stands in a YAML list in brackets."""
    typed = text.lower() in ("null", "true", "false")
    return text if _PLAIN.fullmatch(text) and not typed else json.dumps(text, ensure_ascii=False)
