"""MEL14x: from command lines and foreign workflow files to a Melody (spec 8, Command chaining)."""

from __future__ import annotations

from workflow_ir.codes.info import Example, error, family, warning

CHAINING = family(
    error(
        140,
        "step line cannot be read",
        cause="A step is written `ID: COMMAND`, with conditions before the command where it has "
        "any. The id or the command is missing, or a quote is never closed.",
        cure="Write the line in this form; `&&` stands between conditions and commands.",
        example=Example(bad='--step "make clean"', good='--step "tidy: make clean"'),
    ),
    error(
        141,
        "shell operator",
        cause="Commands are started without a shell, so `|`, `;`, `>`, `<`, `&`, `$( )`, backticks "
        "and line breaks mean nothing to them. Only `&&` is known between commands, and `||` and "
        "parentheses between conditions.",
        cure="Quote the character if it is text. Write several steps, or `sh -c '…'` if a shell is "
        "meant and allowed.",
        example=Example(bad='--step "a: ls | wc"', good="--step \"a: sh -c 'ls | wc'\""),
    ),
    error(
        142,
        "bad condition",
        cause="Conditions come before the commands of a step: `ID.success`, `ID.failure`, "
        "`ID.complete`, or a field that is compared with a number. `&&` and `||` are mixed with "
        "parentheses only, since shells and other languages read the mixture differently.",
        cure="Move the condition to the front, compare with a number, or add parentheses.",
        example=Example(
            bad='--step "ship: make && test.success"', good='--step "ship: test.success && make"'
        ),
    ),
    error(
        143,
        "unknown outcome",
        cause="A step ends in `success` or `failure`; it is `complete` when it has ended in any "
        "way. Another word behind its id is neither an outcome nor a comparison.",
        cure="Write one of the three, compare the field with a number, or quote the word if it is "
        "a program.",
        example=Example(bad="test.sucess && make", good="test.success && make"),
    ),
    warning(
        144,
        "taken literally",
        cause="Commands are started without a shell, so `$NAME`, `*` and `~` reach the program as "
        "they are written.",
        cure="Write the value itself, or `sh -c '…'` if a shell is meant and allowed. In single "
        "quotes the text is taken as meant.",
    ),
    error(
        145,
        "state key",
        cause="In a pipeline a state key is written by exactly one earlier stage, and a condition "
        "reads the state that the stage depends on. This key has a writer already, or none.",
        cure="Correct the key, choose another one, or add `--depends KEY`.",
        example=Example(
            bad="stage train --depends datta", good="stage train --depends data"
        ),
    ),
    error(
        146,
        "no pipeline to go on with",
        cause="`melody pipeline stage` reads the Melody that the command before it has written, "
        "and nothing came in, or something else.",
        cure="Begin with `melody pipeline create NAME |`; if the command before failed, correct "
        "that one first.",
    ),
    error(
        147,
        "cannot be carried over",
        cause="The file of another tool says something that has no counterpart in a Melody, or "
        "says it in a form that is not known.",
        cure="Write one of the forms that are named, or delete the line and add its meaning to the "
        "Melody by hand.",
        example=Example(bad='timeout: "soon"', good='timeout: "< 1800s"'),
    ),
    warning(
        148,
        "to be filled in",
        cause="The file of another tool names the work, but not what does it: the Melody has a "
        "command player of the same name in its place. Or it asks for more than the project "
        "gives.",
        cure="Write the command, or another kind of player, under `players`; or do what "
        "the help says.",
    ),
    warning(
        149,
        "left out",
        cause="The file of another tool says something that the Melody does not need, or cannot "
        "say at this place. The rest was carried over without it.",
        cure="Read what is said beside it; mostly there is nothing to do.",
    ),
)  # fmt: skip
