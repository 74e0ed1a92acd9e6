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
    error(
        219,
        "unknown capability",
        cause="`play: {provides: …}` asks for a capability, and no enabled player has it, or one "
        "that begins with it, in `provides`.",
        cure="Correct the name, or add it to the `provides` of a player that has it.",
        example=Example(bad="play: {provides: code.scor}", good="play: {provides: code.score}"),
    ),
    error(
        220,
        "player is disabled",
        cause="A player with `enabled: false` performs nothing, so a step cannot name it and "
        "another player cannot require it.",
        cure="Enable the player, or name another one.",
    ),
    error(
        221,
        "preferred player is no candidate",
        cause="`prefer` puts some of the players first that provide the capability, and this one "
        "does not provide it.",
        cure="Add the capability to its `provides`, or take it out of `prefer`.",
    ),
    error(
        222,
        "unknown key in `with`",
        cause="The sub-melody or player that gets the values declares its inputs, and this is "
        "none of them.",
        cure="Correct the name, remove the key, or declare the input at the other side.",
        example=Example(bad="with: {breif: x}", good="with: {brief: x}"),
    ),
    error(
        223,
        "key missing in `with`",
        cause="The sub-melody or player declares an input that has no default, and the step does "
        "not give it.",
        cure="Add the key that is named to `with`, or give the input a default.",
        example=Example(
            bad="docs: {call: ./docs.melody.yaml}",
            good="docs: {call: ./docs.melody.yaml, with: {topic: tea}}",
        ),
    ),
    error(
        224,
        "modifier does not go with the verb",
        cause="The modifier asks for something that this verb cannot do: a `fail` gives no output, "
        "a `set` calls nobody.",
        cure="Remove it, or write it at the step that it is meant for.",
        example=Example(
            bad="stop: {fail: {error: no.stock}, on_failure: skip}",
            good="stop: {fail: {error: no.stock}}",
        ),
    ),
    error(
        225,
        "more must succeed than there are",
        cause="`succeed_if` counts branches or items, and there are fewer of them.",
        cure="Write a smaller number, `any`, `all` or a share like `80%`.",
        example=Example(
            bad="succeed_if: 3   # of two branches", good="succeed_if: 2   # of two branches"
        ),
    ),
    error(
        226,
        "form cannot be used",
        cause="A form is a map of fields; the answer is these fields and `choice`. A field that "
        "must be filled in cannot be when nobody answers.",
        cure="Rename a field called `choice`; give fields a default if time alone may approve.",
        example=Example(bad="form: string", good="form: {comment: string}"),
    ),
    warning(
        227,
        "has no effect",
        cause="It is written, and something else makes sure that it never matters.",
        cure="Remove it, or change what keeps it from mattering.",
        example=Example(
            bad="ask: {approval: Publish, on_timeout: reject}",
            good="ask: {approval: Publish, expires: 24h, on_timeout: reject}",
        ),
    ),
    error(
        228,
        "bad error code",
        cause="The `error` of a `fail` is a code: lower-case words with dots between them.",
        cure="Write a code, and what people should read as `message`.",
        example=Example(bad="fail: {error: Not good}", good="fail: {error: review.not_good}"),
    ),
    error(
        229,
        "nothing to reconstruct from",
        cause="`reconstruct` makes a missing value from what another step gave, so `from` reads "
        "the output of another step.",
        cure="Write `from: ${{ steps.ID.output }}`.",
    ),
    error(
        231,
        "sub-melody cannot be called",
        cause="`call` names a file that is not there, cannot be read, is no Melody, or lies "
        "outside the project (without a project: outside the folder of the Melody).",
        cure="Write the path of a Melody, seen from the folder of the file that calls it.",
        example=Example(bad="call: /srv/review.melody.yaml", good="call: ./review.melody.yaml"),
    ),
    error(
        232,
        "Melodies call one another for ever",
        cause="A chain of calls leads back to a Melody that it came from, and no call of the "
        "chain says how deep that may go.",
        cure="Add `max_depth` beside the `call`; a call beyond it fails.",
        example=Example(
            bad="again: {call: ./split.melody.yaml}",
            good="again: {call: ./split.melody.yaml, max_depth: 4}",
        ),
    ),
    error(
        233,
        "too many sub-melodies",
        cause="Sub-melodies may call one another 16 files deep; 1 000 of them with 16 MiB of text "
        "may belong to one Melody. What they come to, every call counted, may have 100 000 steps "
        "in scopes nested 40 deep; a recursion is as many copies as it may be deep.",
        cure="Call less often, or lower `max_depth`.",
    ),
    warning(
        234,
        "reference is only text",
        cause="The whole text is the name of a step's output or of an input, and nothing around it "
        "says that the value is meant: only what stands in `${{ }}` is read.",
        cure="Wrap it in `${{ }}`. Where the text itself is meant, write it as an expression.",
        example=Example(bad="set: steps.draft.output", good="set: ${{ steps.draft.output }}"),
    ),
    error(
        235,
        "policy pack cannot be used",
        cause="`use` names a pack that does not come with Melody, or a file that is not there, is "
        "no policy pack, or lies outside the project (without a project: outside the folder of "
        "the file).",
        cure="Name a pack that is listed, or write the path of a `*.policy.yaml` file.",
        example=Example(bad="policy: {use: [prod]}", good="policy: {use: [production]}"),
    ),
    error(
        236,
        "unknown error class or code",
        cause="`on` and `recovery` name errors by their class or code. A cancellation and a "
        "refusal by policy are never recovered.",
        cure="Write a class such as `backend_failure`, or a code such as `http.429`.",
        example=Example(
            bad="recovery: {BadGateway: [fallback]}", good="recovery: {http.502: [fallback]}"
        ),
    ),
    warning(
        237,
        "retry rule is never reached",
        cause="Of a list of rules the first that takes the error holds, and a rule without `on` "
        "takes every error.",
        cure="Move the rule without `on` to the end of the list.",
        example=Example(
            bad="retry: [{max_attempts: 3}, {on: [http.429], max_attempts: 5}]",
            good="retry: [{on: [http.429], max_attempts: 5}, {max_attempts: 3}]",
        ),
    ),
)
