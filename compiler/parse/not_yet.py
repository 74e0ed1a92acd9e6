"""What the language knows and this version does not run yet: one row each.

Everything here is read and checked for shape like the rest; a row only adds MEL130 at its key. To
bring a feature to life, delete its row.
"""

from __future__ import annotations

from collections.abc import Mapping

from compiler.parse.sampling import SAMPLING

NOT_YET: Mapping[str, str | None] = {
    # verbs
    "step.steps": "write its steps beside the others",
    "step.parallel": "steps that do not read one another run at the same time already",
    "step.repeat": None,
    "step.call": None,
    "step.approval": None,
    "step.wait": None,
    "step.fail": None,
    "step.play{}": "name a player: `play: NAME`",
    # modifiers of a step
    "step.require": "use `when`",
    "step.window": None,
    "step.reconstruct": None,
    "step.compensate": None,
    "step.idempotency_key": None,
    "step.barrier_timeout": None,
    "step.task_type": "use `priority`",
    "gate.score": "use `check`",
    "gate.at_least": "use `check`",
    "on_failure.reconstruct": None,
    "on_failure.reroute": "list players in `fallback`",
    "on_failure.escalate": None,
    # policy
    "retry.vary": None,
    "policy.budget": None,
    "policy.on_exceeded": None,
    "policy.memory": None,
    "policy.cpu": None,
    "policy.breaker": None,
    "policy.hedge": None,
    # kinds of players
    "player.http": "use a python player",
    "player.agent": None,
    "player.mcp": None,
    "player.call": None,
    "player.plugin": "use a python player",
    "player.framework": "use a python player",
    # fields of players
    "player.provides": None,
    "player.isolation": None,
    "player.cost": None,
    "player.limits": None,
    "player.grant": None,
    "player.enabled": None,
    "player.requires": None,
    "player.preload": None,
    "player.input": None,
    **dict.fromkeys(
        (f"player.{name}" for name in SAMPLING), "write it in `models`, at the model's alias"
    ),
    # models
    "model.provider": "use `offline/basic`, the model that needs no key",
    "model.base_url": None,
    # projects
    "project.profiles": None,
    "project.stores": None,
    "project.task_types": None,
    "project.teams": None,
    "allow.plugin": None,
    "allow.http": None,
    "allow.private_addresses": None,
    "allow.mcp": None,
}
"""Place (``noun.key``) and what to do meanwhile."""
