"""MEL1xx: from bytes to a Melody as written."""

from __future__ import annotations

from workflow_ir.codes.info import Example, error, family, warning

READING = family(
    error(
        101,
        "file cannot be read",
        cause="The path does not exist, is a directory or a device, or may not be read.",
        cure="Name a `*.melody.yaml` file that you may read.",
    ),
    error(
        102,
        "file is not text",
        cause="A Melody is UTF-8 text. The file is binary, has another encoding, or contains a "
        "character that no text may contain (NUL, a control, half of a surrogate pair).",
        cure="Save the file as UTF-8 and delete the character that is shown.",
    ),
    error(
        103,
        "file is empty",
        cause="The file holds nothing, or comments only.",
        cure="Write `melody: v1`, a `name` and `steps`, or run `melody init`.",
        example=Example(
            bad="# nothing yet",
            good="melody: v1\nname: hello\nsteps:\n  greet: {set: {text: hello}}",
        ),
    ),
    error(
        104,
        "not valid YAML",
        cause="The text breaks a rule of YAML, so what stands behind the place shown cannot be "
        "understood. Usual causes: a tab as indentation, a missing space after `:`, an unclosed "
        "quote or bracket, a `: ` inside an unquoted value.",
        cure="Correct the place that is shown; put values with special characters in quotes.",
        example=Example(bad="prompt: Note: be short", good='prompt: "Note: be short"'),
    ),
    error(
        105,
        "nested too deeply",
        cause="Lists and maps may stand at most 64 deep inside one another.",
        cure="Move inner steps into a Melody of their own, or large data into a file.",
    ),
    error(
        106,
        "too large",
        cause="A file may have 8 MiB and 500 000 values, and aliases may add 10 000 values.",
        cure="Move data out of the Melody into a file that a step reads.",
    ),
    error(
        107,
        "duplicate key",
        cause="A map has the same key twice. YAML readers silently keep one of them, and not "
        "always the same one.",
        cure="Rename or delete one of the two.",
        example=Example(
            bad="steps:\n  draft: {set: 1}\n  draft: {set: 2}",
            good="steps:\n  draft: {set: 1}\n  final: {set: 2}",
        ),
    ),
    error(
        108,
        "not JSON data",
        cause="A Melody holds JSON data only. Custom tags, infinity, NaN, integers beyond 64 bits, "
        "values that contain themselves and keys that are no text cannot be written as JSON.",
        cure="Write plain data; put text that begins with `!` in quotes; write `not` for a "
        "negation.",
        example=Example(bad="when: !steps.a.ok", good="when: not steps.a.ok"),
    ),
    error(
        109,
        "second document",
        cause="A `---` begins a second YAML document, but a file holds one Melody.",
        cure="Delete the `---`, or move what follows it into a file of its own.",
    ),
    error(
        110,
        "needs quotes inside brackets",
        cause="Inside `{ }` and `[ ]` YAML gives brackets, commas and `?` a meaning of their own, "
        "so `${{ … }}`, `list[T]` and `T?` are cut short unless they are quoted.",
        cure="Put the value in quotes; `melody check --fix` does it.",
        example=Example(
            bad="output: {issues: list[string], note: string?}",
            good='output: {issues: "list[string]", note: "string?"}',
        ),
    ),
    error(
        111,
        "wrong kind of value",
        cause="The key expects another kind of value: a map, a list, text, a number or a boolean.",
        cure="Write the kind of value that is named.",
        example=Example(bad="needs: {a: 1}", good="needs: [a]"),
    ),
    error(
        112,
        "unknown key",
        cause="The language has no such key at this place. Keys that begin with `x-` are yours.",
        cure="Correct the spelling, move the key to where it belongs, or begin it with `x-`.",
        example=Example(bad="draft: {paly: coder}", good="draft: {play: coder}"),
    ),
    error(
        113,
        "missing key",
        cause="A key that must be there is missing.",
        cure="Add the key that is named.",
        example=Example(bad="players:\n  coder: {}", good="players:\n  coder: {model: offline}"),
    ),
    error(
        114,
        "unknown language version",
        cause="`melody:` names the version of the language, and this one is not known here.",
        cure="Write `melody: v1`, or install a Melody that knows the version.",
        example=Example(bad="melody: 2", good="melody: v1"),
    ),
    warning(
        115,
        "`melody` is not the first key",
        cause="The language version comes first, so that every reader sees it before the rest.",
        cure="Move the line `melody: v1` to the top; `melody check --fix` does it.",
    ),
    error(
        116,
        "bad name",
        cause="Names are used in expressions, paths and files, so only a few characters are "
        "allowed. Step ids match `[a-z][a-z0-9_]*`; names of Melodies, players and models may "
        "also contain `-`.",
        cure="Use the name that is suggested; `label:` takes free text.",
        example=Example(bad="steps:\n  Draft Code: {…}", good="steps:\n  draft_code: {…}"),
    ),
    error(
        117,
        "not exactly one verb",
        cause="A step does exactly one thing, named by its verb; a player has exactly one kind; "
        "where one of several keys is to be chosen, exactly one may be written.",
        cure="Keep one of them; make a second step of the other.",
        example=Example(bad="draft: {play: coder, run: make}", good="draft: {play: coder}"),
    ),
    error(
        118,
        "bad duration, size or share",
        cause="A duration is a number and a unit (`200ms`, `30s`, `5m`, `2h`), a size likewise "
        "(`512MB`, `2GB`), a share ends in `%`.",
        cure="Write the number with its unit.",
        example=Example(bad="timeout: 30", good="timeout: 30s"),
    ),
    error(
        119,
        "bad type",
        cause="`output` and `inputs` hold types, and this is none.",
        cure='Write a type such as `string`, `number(0..1)`, `"list[string]"`, `{field: type}`.',
        example=Example(bad="output: text", good="output: string"),
    ),
    error(
        120,
        "expression cannot be read",
        cause="The text is no expression of the language, or it is longer than 4 KiB, nested "
        "deeper than 64 or has more than 500 parts.",
        cure="Correct the place that is shown; split a large expression over `set` steps.",
        example=Example(bad="when: steps.a.output.n => 3", good="when: steps.a.output.n >= 3"),
    ),
    error(
        121,
        "`${{ }}` around an expression",
        cause="`when`, `until`, `while`, `check` and `require` are expressions already.",
        cure="Delete `${{` and `}}`; `melody check --fix` does it.",
        example=Example(bad="when: ${{ inputs.fast }}", good="when: inputs.fast"),
    ),
    error(
        122,
        "`${{` without `}}`",
        cause="An expression in a text begins with `${{` and ends with `}}`; the end is missing.",
        cure="Add `}}`, or write `$${{` for the characters themselves.",
        example=Example(bad='prompt: "Hi ${{ inputs.name"', good='prompt: "Hi ${{ inputs.name }}"'),
    ),
    error(
        123,
        "bad window",
        cause="`window` holds times of the week, or names of windows. A time has `from` and `to` "
        "(`HH:MM`, `00:00` to `24:00`) and may have `days` (`mon` to `sun`) and `zone` (a name of "
        "the IANA time zone database).",
        cure="Write the time as the help shows; define names under `windows:` of the project.",
        example=Example(
            bad="window: {from: 10pm, to: 6am}", good='window: {from: "22:00", to: "06:00"}'
        ),
    ),
    error(
        124,
        "not a workflow IR",
        cause="The file says that it is a compiled Melody (`melody.ir/1`), but something in it is "
        "not as the compiler writes it, so it cannot be run as it stands.",
        cure="Compile the Melody anew with `melody compile --to ir`, or correct the place shown.",
    ),
    error(
        131,
        "bad setting",
        cause="`--set PATH=VALUE` changes one value of the Melody: below `policy`, `steps.ID`, "
        "`players.NAME` or `models.NAME`. The path leads nowhere, or there is no value.",
        cure="Write the path as in the file, with dots: `--set policy.timeout=2m`. `null` takes a "
        "value away.",
    ),
    error(
        132,
        "unknown profile",
        cause="`--profile` chooses changes that the project file or your own file lists under "
        "`profiles`; neither has one of that name.",
        cure="Write one of the names that are shown, or define the profile.",
    ),
    warning(
        133,
        "no effect yet",
        cause="The key is part of the language and is read, but nothing in this version acts by "
        "it.",
        cure="Do not rely on it.",
    ),
)
