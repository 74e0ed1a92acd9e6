"""MEL2xx: names, types and the graph."""

from __future__ import annotations

from workflow_ir.codes.info import Example, error, family, warning

CHECKING = family(
    error(
        201,
        "unknown step",
        cause="A reference or `needs` names a step that cannot be seen from here. Steps inside a "
        "branch, loop or group are seen by one another only; from outside, their scope's "
        "`result` is seen.",
        cure="Correct the name, or give the scope a `result` that holds what you need.",
        example=Example(bad="needs: [drat]", good="needs: [draft]"),
    ),
    error(
        202,
        "unknown player",
        cause="No player of this name stands in `players`, here or in the project file.",
        cure="Correct the name, or add the player.",
    ),
    error(
        203,
        "unknown model",
        cause="No alias of this name stands in `models`, here or in the project file.",
        cure="Correct the name, or add the alias to `models`.",
        example=Example(bad="coder: {model: smrat}", good="coder: {model: smart}"),
    ),
    error(
        204,
        "no such field",
        cause="The value that is read declares its fields, and this is none of them.",
        cure="Correct the name, or add the field to the `output` of the step that gives it.",
        example=Example(bad="steps.draft.output.cod", good="steps.draft.output.code"),
    ),
    error(
        205,
        "unknown function",
        cause="Expressions call functions of a fixed table only.",
        cure="Use a function of the table; do other work in a player.",
        example=Example(bad="${{ length(inputs.xs) }}", good="${{ len(inputs.xs) }}"),
    ),
    error(
        206,
        "unknown name",
        cause="An expression begins with a name that does not exist here: `inputs` and `steps` "
        "are known everywhere, `item` and `index` in a `for_each`, `with` in a player.",
        cure="Write `inputs.NAME` or `steps.ID.output`.",
        example=Example(bad="${{ brief }}", good="${{ inputs.brief }}"),
    ),
    error(
        207,
        "steps wait for one another",
        cause="The references and `needs` of these steps form a circle, so none can start.",
        cure="Remove one of the references that are shown; use `repeat` for a loop.",
    ),
    error(
        208,
        "can never be reached",
        cause="No run can get here: the condition is always false, or an earlier arm always "
        "takes its place.",
        cure="Delete it, or correct the condition; put the `else` arm last.",
    ),
    error(
        209,
        "may have no value",
        cause="The step that is read may be skipped or leave a gap, and then there is nothing to "
        "read.",
        cure="Read it through `default(x, y)`, `has(x)` or `coalesce(a, b)`, or tie this step to "
        "it with `when: steps.ID.ok`.",
        example=Example(
            bad="${{ steps.review.output }}", good='${{ default(steps.review.output, "") }}'
        ),
    ),
    error(
        210,
        "types do not fit",
        cause="A value of one type stands where another type is expected.",
        cure="Convert it (`str(x)`, `int(x)`), or change the declared type.",
        example=Example(bad='${{ inputs.count + "1" }}', good="${{ inputs.count + 1 }}"),
    ),
    error(
        211,
        "branch without `else` is read",
        cause="If no condition holds, a branch without `else: true` is skipped, and its result "
        "is read here.",
        cure="Add an arm with `else: true`, or read it through `default(...)`.",
    ),
    error(
        212,
        "name is taken",
        cause="A name of an inner scope hides one of an outer scope, so a reference would be "
        "ambiguous to a reader.",
        cure="Rename the inner one.",
    ),
    error(
        213,
        "unknown input",
        cause="An expression reads an input that `inputs` does not declare.",
        cure="Correct the name, or declare the input.",
        example=Example(bad="${{ inputs.breif }}", good="${{ inputs.brief }}"),
    ),
    error(
        214,
        "condition is not boolean",
        cause="`when`, `until`, `while`, `check` and `require` must be true or false; a number or "
        "text is never taken for one of them.",
        cure="Compare it: `len(x) > 0`, `x != null`.",
        example=Example(bad="when: inputs.items", good="when: len(inputs.items) > 0"),
    ),
    error(
        215,
        "wrong arguments",
        cause="The function takes another number or other types of arguments.",
        cure="Call it as the help shows.",
    ),
    error(
        216,
        "can never be equal",
        cause="The two sides have types without a common value, so the comparison has always the "
        "same answer.",
        cure="Compare values of one type.",
        example=Example(bad='inputs.count == "3"', good="inputs.count == 3"),
    ),
    warning(
        217,
        "never used",
        cause="The player, model or input is declared, but nothing uses it.",
        cure="Delete it, or use it.",
    ),
    error(
        218,
        "circle of fallbacks",
        cause="A player's `fallback` or `requires` leads back to itself.",
        cure="Remove one of the names that are shown.",
    ),
)
