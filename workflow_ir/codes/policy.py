"""MEL4xx: bounds, permissions and secrets."""

from __future__ import annotations

from workflow_ir.codes.info import Example, error, family

POLICY = family(
    error(
        401,
        "player is not allowed",
        cause="A python, command, http or mcp player runs only if the project file allows it.",
        cure="Add the line that is shown to `melody.project.yaml`, or pass `--allow` for one run.",
        example=Example(bad="allow: {}", good="allow: {command: [git]}"),
    ),
    error(
        402,
        "bound is loosened",
        cause="A timeout or budget may be made tighter on the way from project to step, never "
        "looser.",
        cure="Write a smaller value, or raise the bound where it is set.",
    ),
    error(
        403,
        "skip is forbidden",
        cause="A step of high or critical importance may not be skipped after a failure.",
        cure="Take `skip` out of `on_failure`, or lower the step's `importance`.",
    ),
    error(
        404,
        "secret in a prompt",
        cause="Secrets may stand in `with`, headers and env only; a prompt is sent to a model and "
        "recorded.",
        cure="Pass the secret to the player that needs it by `with` or `env`.",
    ),
    error(
        405,
        "bad `allow` entry",
        cause="The entry is no pattern of its kind: `python` and `plugin` take dotted names, "
        "`command` program names, `http` host names, `mcp` a whole argv or a URL.",
        cure="Write the entry as the help shows.",
        example=Example(bad='allow: {command: ["git log"]}', good="allow: {command: [git]}"),
    ),
)
