"""Each kind of player as the file of its implementation."""

from __future__ import annotations

from typing import get_args

import pytest

from adapters import registry
from adapters.emitter.players.asked import SECTIONS
from adapters.emitter.players.implementation import KINDS
from tests.unit.adapters.emitter.players.cast_of import (
    asked,
    body,
    compiled,
    emitted,
    file,
    files,
    imports,
)
from workflow_ir.capability import Feature
from workflow_ir.features import features_of
from workflow_ir.players import Player

ANY = "from typing import Any"
CALL = "from ..policy import Call"


def test_every_kind_of_player_has_a_file_or_a_region_or_is_refused() -> None:
    union = get_args(Player)[0]
    kinds = {kind.model_fields["kind"].annotation for kind in get_args(union)}
    assert {get_args(kind)[0] for kind in kinds} == {*KINDS, "call", "plugin"}


def test_a_plugin_is_refused() -> None:
    ir = compiled("players: {one: {plugin: x}}\nsteps: {it: {play: one}}\noutputs: {}\n")
    for target in ("native", "langgraph", "crewai"):
        assert Feature.PLUGIN in {feature for feature, _ in features_of(ir)}
        assert not registry.load(target).ejects()[Feature.PLUGIN].support.runs


@pytest.mark.parametrize(
    ("target", "line", "called"),
    [
        ("json:loads", "from json import loads", "loads"),
        ("os.path:join", "from os.path import join", "join"),
        ("band:Choir.sing", "from band import Choir", "Choir.sing"),
        ("band:one", "from band import one as one_", "one_"),
        ("band:function", "from band import function as function_", "function_"),
        ("band:Any", "from band import Any as any_", "any_"),
        ("band:call", "from band import call as call_", "call_"),
    ],
)
def test_a_function_is_imported_and_called(target: str, line: str, called: str) -> None:
    made = asked(f'  one: {{python: "{target}"}}', "play: one, with: {}")
    assert line in imports(made)
    assert body(made) == f"return await function({called}, call)"


def test_a_function_of_the_users_own_lies_in_the_project() -> None:
    made = asked('  one: {python: "band.choir:sing"}', sources={"band/choir.py": "def sing(): ..."})
    assert imports(made) == [
        ANY,
        "from ..calls import function",
        CALL,
        "from ..project.band.choir import sing",
    ]


@pytest.mark.parametrize(
    ("target", "lines"),
    [
        ("json:loads", ["from json import loads", ANY]),
        ("zoneinfo:ZoneInfo", [ANY, "from zoneinfo import ZoneInfo"]),
        ("json:os", ["from json import os as os_", ANY]),
    ],
)
def test_a_function_of_python_is_imported_in_the_order_of_linters(
    target: str, lines: list[str]
) -> None:
    made = asked(f'  one: {{python: "{target}"}}')
    assert imports(made) == [*lines, "from ..calls import function", CALL]


def test_a_function_of_a_module_that_the_file_imports_itself_is_looked_for() -> None:
    made = asked('  one: {python: "typing:get_args"}')
    assert imports(made) == [ANY, "from ..calls import find, function", CALL]
    assert "target = find('typing:get_args')" in files(made)["players/one.py"]


def test_a_function_whose_name_is_none_in_ascii_is_looked_for() -> None:
    made = asked('  one: {python: "chœur:chanter"}')
    assert "target = find('ch\\u0153ur:chanter')" in files(made)["players/one.py"]
    assert body(made) == "return await function(target, call)"
    assert "def find(" in files(made)["calls.py"]
    assert "def find(" not in files(asked('  one: {python: "band:sing"}'))["calls.py"]


@pytest.mark.parametrize(
    ("facts", "memory", "cpu"),
    [
        ("isolation: worker", "None", "None"),
        ("isolation: process", "None", "None"),
        ("limits: {memory: 1GB}", "1000000000", "None"),
        ("limits: {cpu: 0.5}", "None", "0.5"),
    ],
)
def test_a_function_that_is_bound_is_called_apart(facts: str, memory: str, cpu: str) -> None:
    made = asked(f'  one: {{python: "band:sing", {facts}}}', sources={"band.py": ""})
    assert body(made) == (
        f"return await function_apart('.project.band:sing', call, memory_bytes={memory}, cpu={cpu})"
    )
    assert {"apart.py", "calls.py", "commands.py"} <= files(made).keys()


def test_a_program_gets_its_arguments_one_by_one() -> None:
    made = asked(
        '  one: {command: [tar, -c, 7, "--out=${{ with.a }}", "${{ with.b }}", --,'
        ' "${{ with.c }}"], stdin: "${{ with.a }}", parse: json, env: {T: "${{ secrets.T }}"}}',
        "play: one, with: {a: x, b: y, c: z}",
    )
    assert body(made) == (
        "with_ = call.with_\nsecrets = os.environ\n"
        "return await run([['tar', '-c', plain(7), '--out=' + as_text(with_['a']),"
        " data(with_['b']), '--', plain(with_['c'])]], call,"
        " stdin=plain(with_['a']), env={'T': secrets['T']}, parse='json')"
    )
    assert imports(made) == [
        "import os",
        ANY,
        "from ..commands import data, plain, run",
        "from ..functions import as_text",
        CALL,
    ]


def test_a_program_that_is_bound_is_told_its_bounds() -> None:
    made = asked("  one: {command: [ls], limits: {memory: 1GB, cpu: 0.5}}")
    assert body(made) == "return await run([['ls']], call, memory_bytes=1000000000, cpu=0.5)"
    assert "ulimit" in files(made)["commands.py"]
    assert "ulimit" not in files(asked("  one: {command: [ls]}"))["commands.py"]


@pytest.mark.parametrize(
    ("url", "code", "functions"),
    [
        ("https://a.example/x", "'https://a.example/x'", "request"),
        ("https://a.example/x/${{ with.q }}/y", None, "part, request"),
        ("https://a.example?q=${{ with.q }}", None, "quoted, request"),
        ("https://${{ with.q }}.example/${{ with.q }}", None, "host, part, request"),
        ("${{ with.q }}", "with_['q']", "request"),
        ("${{ with.q }}/x", "as_text(with_['q']) + '/x'", "request"),
    ],
)
def test_data_in_an_address_are_kept_in_their_place(
    url: str, code: str | None, functions: str
) -> None:
    made = asked(f'  one: {{http: {{url: "{url}"}}}}', "play: one, with: {q: a}")
    assert f"from ..web import {functions}" in imports(made)
    if code is not None:
        assert f"return await request('GET', {code})" in body(made)
    for name in ("host", "part", "quoted"):
        assert (f"def {name}(" in files(made)["web.py"]) == (name in functions)


def test_a_request_has_its_parts() -> None:
    made = asked(
        '  one: {http: {method: PUT, url: "https://a.example", headers: {A: "${{ secrets.T }}"},'
        ' query: {n: 3}, json: {a: "${{ with.q }}"}}, parse: lines}',
        "play: one, with: {q: a}",
    )
    assert body(made) == (
        "with_ = call.with_\nsecrets = os.environ\n"
        "return await request('PUT', 'https://a.example', call=call, headers={'A': secrets['T']},"
        " query={'n': 3}, json={'a': with_['q']}, parse='lines')"
    )


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_request_that_changes_something_has_a_key(method: str) -> None:
    player = f'  one: {{http: {{method: {method}, url: "https://a.example"}}}}'
    written = asked(player, 'play: one, idempotency_key: "k"')
    assert "call=call" in body(written)
    assert '= call.key or f"{call.id}-{call.player}"' in files(written)["web.py"]
    own = asked(player)
    assert "call=call" in body(own)
    assert '= f"{call.id}-{call.player}"' in files(own)["web.py"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_request_that_changes_nothing_has_none(method: str) -> None:
    player = f'  one: {{http: {{method: {method}, url: "https://a.example"}}}}'
    made = asked(player, 'play: one, idempotency_key: "k"')
    assert "call=call" not in body(made)
    assert "Idempotency-Key" not in files(made)["web.py"]


MODELS = """
models:
  smart: {model: openai/house, temperature: 0.2}
  claude: anthropic/claude
  shed: {model: own/shed, base_url: "https://a.example", seed: 3}
"""


@pytest.mark.parametrize("target", ["native", "langgraph", "crewai"])
def test_a_model_is_asked_in_one_way_whatever_the_framework(target: str) -> None:
    text = (
        MODELS + 'players: {one: {model: smart, system: "For ${{ with.q }}.", top_p: 0.5}}\n'
        "steps: {it: {play: one, with: {q: a}}}\noutputs: {}\n"
    )
    made = emitted(text, target)
    assert body(made) == (
        "with_ = call.with_\n"
        "return await complete('openai/house', call, system='For ' + as_text(with_['q']) + '.',"
        " parameters={'temperature': 0.2, 'top_p': 0.5})"
    )


def test_an_agent_is_told_of_its_tools() -> None:
    text = (
        MODELS
        + """
players:
  one:
    agent: {role: Clerk, goal: Sums, backstory: Old}
    model: claude
    tools: [add, shout, noter, add]
    max_turns: 3
  add: {python: "band:add"}
  shout: {command: [tr, a-z, A-Z], stdin: "${{ with.text }}", description: Shouts.}
  noter: {call: ./note.melody.yaml}
steps: {it: {play: one, prompt: Go}}
outputs: {}
"""
    )
    note = "melody: v1\nname: note\ninputs: {line: string}\nsteps: {a: {set: {b: 1}}}\n"
    band = '''
def add(a: int, b: float = 1, *, c: list[str] | None = None, d: "X" = 2, **more) -> int:
    """Add
    two.

    More.
    """
'''
    made = emitted(text, sources={"band.py": band}, note=note)
    found = body(made)
    assert "from ..cast import CAST" in found
    assert found.count("Tool('add'") == 1
    assert (
        "Tool('add', 'Add two.', {'type': 'object', 'properties': {'a': {'type': 'integer'},"
        " 'b': {'type': 'number'}, 'c': {'anyOf': [{'items': {'type': 'string'}, 'type': 'array'},"
        " {'type': 'null'}]}, 'd': {}}, 'required': ['a']}, CAST['add'].perform)"
    ) in found
    assert "Tool('shout', 'Shouts.'" in found
    assert "'line'" in found
    assert "max_turns=3" in found


def test_an_mcp_tool_is_used_of_a_server_that_is_started_or_reached() -> None:
    started = asked('  one: {mcp: {command: [tools, -x], env: {A: "1"}}, tool: add}')
    assert body(started) == (
        "return await use(call, tool='add', command=['tools', '-x'], env={'A': '1'})"
    )
    assert "httpx" not in files(started)["mcp_tools.py"]
    reached = asked('  one: {mcp: {url: "https://a.example/mcp"}, tool: add}')
    assert body(reached) == "return await use(call, tool='add', url='https://a.example/mcp')"
    assert "stdio" not in files(reached)["mcp_tools.py"]


def test_what_exists_in_a_framework_is_asked() -> None:
    made = asked('  one: {framework: "band:graph"}', sources={"band.py": "graph = None"})
    assert imports(made)[-1] == "from ..project.band import graph"
    assert body(made) == "return await asked(graph, call)"


def test_models_of_pydantic_are_made_where_the_users_own_files_know_pydantic() -> None:
    player = '  one: {python: "band:sing"}'
    assert "TypeAdapter" in files(asked(player, sources={"band.py": "import pydantic"}))["calls.py"]
    assert "TypeAdapter" not in files(asked(player, sources={"band.py": "import json"}))["calls.py"]


def test_other_models_of_later_attempts_are_known_by_their_names() -> None:
    text = (
        MODELS + "players: {one: {model: smart}}\n"
        "steps: {it: {play: one, prompt: Go,"
        " policy: {retry: {max_attempts: 3, vary: [{model: claude}, {model: shed}]}}}}\n"
        "outputs: {}\n"
    )
    assert (
        "MODELS: dict[str, tuple[str, str | None, dict[str, Any]]] ="
        " {'claude': ('anthropic/claude', None, {}),"
        " 'shed': ('own/shed', 'https://a.example', {'seed': 3})}"
    ) in file(emitted(text), "models.py")


def test_all_sections_of_support_are_known() -> None:
    known = {"by_command", "by_url", "finds", "hosts", "limited", "parts", "quoted"}
    assert known == SECTIONS
