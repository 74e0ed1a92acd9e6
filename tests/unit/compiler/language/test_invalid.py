from __future__ import annotations

import pytest

from tests.unit.compiler.language.judges import SHAPE, problems_of, schema_accepts, tree_of

HEAD = "melody: v1\nname: wrong\n"

WHOLE = {
    "a list": "[1]",
    "no version of the language": "name: a\nsteps: {a: {set: 1}}",
    "another version of the language": "melody: v2\nname: a\nsteps: {a: {set: 1}}",
    "no name": "melody: v1\nsteps: {a: {set: 1}}",
    "a name in capitals": "melody: v1\nname: My Melody\nsteps: {a: {set: 1}}",
    "no steps": HEAD,
    "empty steps": HEAD + "steps: {}",
    "steps as a list": HEAD + "steps: [{set: 1}]",
    "an unknown key": HEAD + "step: {}\nsteps: {a: {set: 1}}",
    "a key of a project file": HEAD + "allow: {}\nsteps: {a: {set: 1}}",
    "an input without a type": HEAD + "inputs: {brief: }\nsteps: {a: {set: 1}}",
    "an input of a type that is none": HEAD + "inputs: {brief: text}\nsteps: {a: {set: 1}}",
    "an input that is no name": HEAD + "inputs: {my brief: string}\nsteps: {a: {set: 1}}",
    "outputs as text": HEAD + "outputs: all\nsteps: {a: {set: 1}}",
    "a model without a provider": HEAD + "models: {m: gpt}\nsteps: {a: {set: 1}}",
    "a breaker with a slip": HEAD + "policy: {breaker: {windw: 1m}}\nsteps: {a: {set: 1}}",
    "a breaker that wants more than all": (
        HEAD + "policy: {breaker: {failures: 120%}}\nsteps: {a: {set: 1}}"
    ),
    "a hedge without its delay": HEAD + "policy: {hedge: {max: 2}}\nsteps: {a: {set: 1}}",
    "another parameter than those of models": (
        HEAD + "policy: {retry: {vary: [{temprature: 1}]}}\nsteps: {a: {set: 1}}"
    ),
    "no memory at all": HEAD + "policy: {memory: 0GB}\nsteps: {a: {set: 1}}",
    "a model behind no address": (
        HEAD + "models: {m: {model: openai/a, base_url: localhost}}\nsteps: {a: {set: 1}}"
    ),
    "a policy key that is unknown": HEAD + "policy: {timeouts: 1m}\nsteps: {a: {set: 1}}",
    "both counts of attempts": (
        HEAD + "policy: {retry: {max_attempts: 2, max_retries: 1}}\nsteps: {a: {set: 1}}"
    ),
}
STEPS = {
    "no verb": "{with: {a: 1}}",
    "two verbs": "{set: 1, play: coder}",
    "a verb with a slip": "{plya: coder}",
    "nothing": "",
    "a prompt beside a command": "{run: make, prompt: please}",
    "an item name without a map": "{set: 1, as: row}",
    "a map over a text": "{set: 1, for_each: rows}",
    "a condition in brackets": "{set: 1, when: '${{ inputs.n > 1 }}'}",
    "needs as text": "{set: 1, needs: other}",
    "an unknown way to go on": "{set: 1, on_failure: [retyr]}",
    "a gate without a check": "{play: p, gate: {on_fail: retry}}",
    "a score without its bound": "{play: p, gate: {score: output.n}}",
    "a duration without a unit": "{set: 1, policy: {timeout: 30}}",
    "a duration of zero": "{set: 1, policy: {timeout: 0s}}",
    "the wall on a step": "{set: 1, policy: {wall: 1m}}",
    "a size in words": "{set: 1, policy: {memory: lots}}",
    "a share above everything": "{set: 1, for_each: [1], succeed_if: 120%}",
    "no attempt at all": "{set: 1, policy: {retry: {max_attempts: 0}}}",
    "a branch without arms": "{branch: []}",
    "an arm with two conditions": "{branch: [{name: a, when: x, else: true}]}",
    "an arm without a condition": "{branch: [{name: a}]}",
    "an else that is false": "{branch: [{name: a, else: false}]}",
    "a threshold inside parallel": "{parallel: {a: {steps: {}}, succeed_if: any}}",
    "a loop without a bound": "{repeat: {until: x, steps: {}}}",
    "a loop with two conditions": "{repeat: {max: 1, until: x, while: y, steps: {}}}",
    "a wait for two things": "{wait: {event: a, until: b}}",
    "a failure without a code": "{fail: {message: no}}",
    "an empty command": "{run: []}",
    "a program that is computed": "{run: ['${{ inputs.program }}']}",
    "a compensation with a condition": "{set: 1, compensate: {set: 1, when: x}}",
    "an output with a default": "{set: 1, output: {type: string, default: x}}",
    "a choice of nothing": "{set: 1, output: {enum: []}}",
    "an unknown keyword of JSON Schema": "{set: 1, output: {schema: {mininum: 1}}}",
}
PLAYERS = {
    "no kind": "{description: nobody}",
    "two kinds": "{command: [a], python: 'a:b'}",
    "a function without its module": "{python: score}",
    "an output parser beside a model": "{model: offline, parse: json}",
    "turns beside a function": "{python: 'a:b', max_turns: 2}",
    "a request without an address": "{http: {method: GET}}",
    "a fallback as text": "{python: 'a:b', fallback: other}",
    "costs below zero": "{python: 'a:b', cost: {usd: -1}}",
    "an agent without a model": "{agent: {role: Editor, goal: Order}}",
    "an agent without a goal": "{agent: {role: Editor}, model: offline}",
    "an agent with a slip": "{agent: {role: Editor, gaol: Order}, model: offline}",
    "an address without its scheme": "{http: {url: example.com}}",
    "a request with two bodies": "{http: {url: 'https://a', json: {}, body: b}}",
    "a method that is none": "{http: {url: 'https://a', method: FETCH}}",
    "an exit code of a request": "{http: {url: 'https://a'}, parse: exit}",
    "a server without its tool": "{mcp: {command: [a]}}",
    "a server that is started and found": "{mcp: {command: [a], url: 'https://a'}, tool: t}",
    "a server nowhere": "{mcp: {}, tool: t}",
    "a server's command as text": "{mcp: {command: a b}, tool: t}",
    "a server's command that is computed": "{mcp: {command: [a, '${{ with.x }}']}, tool: t}",
    "headers beside a server's command": "{mcp: {command: [a], headers: {}}, tool: t}",
    "a plugin that is no name": "{plugin: acme search}",
    "a computed temperature": "{model: offline, temperature: '${{ with.t }}'}",
    "more than all words": "{model: offline, top_p: 1.5}",
}
PROJECTS = {
    "steps in a project": "steps: {a: {set: 1}}",
    "a pattern as text": "allow: {python: samples.*}",
    "an unknown right": "allow: {pyhton: [a]}",
    "a command line of MCP as text in a map": "allow: {mcp: {a: b}}",
    "a profile as a list": "profiles: {production: [1]}",
    "a slip in a profile": "profiles: {production: {polcy: {}}}",
    "a profile in a profile": "profiles: {a: {profiles: {}}}",
    "a kind of task as a word": "task_types: {finance: high}",
    "a kind of task that counts for nothing": "task_types: {finance: 0}",
    "a window that never closes": "windows: {night: {from: '22:00'}}",
}
TEXTS = (
    WHOLE
    | {f"{why} (step)": f"{HEAD}steps:\n  a: {step}" for why, step in STEPS.items()}
    | {
        f"{why} (player)": f"{HEAD}players:\n  p: {player}\nsteps: {{a: {{set: 1}}}}"
        for why, player in PLAYERS.items()
    }
)


@pytest.mark.parametrize("why", TEXTS)
def test_what_is_no_melody_is_refused_by_schema_and_reader(why: str) -> None:
    assert not schema_accepts(tree_of(TEXTS[why]))
    codes = {problem.code for problem in problems_of(TEXTS[why])}
    assert codes & (SHAPE | {"MEL121"})


USERS = {
    "leave to do anything": "allow: {command: [git]}",
    "a name": "name: me",
    "leave in a profile": "profiles: {a: {allow: {}}}",
}


@pytest.mark.parametrize("why", USERS)
def test_what_is_no_file_of_a_user_is_refused_by_the_reader(why: str) -> None:
    assert {problem.code for problem in problems_of(USERS[why], "user")} == {"MEL112"}


@pytest.mark.parametrize("why", PROJECTS)
def test_what_is_no_project_is_refused_by_schema_and_reader(why: str) -> None:
    assert not schema_accepts(tree_of(PROJECTS[why]), "project")
    assert {problem.code for problem in problems_of(PROJECTS[why], "project")} & SHAPE
