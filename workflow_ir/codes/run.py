"""MEL5xx: starting a run."""

from __future__ import annotations

from workflow_ir.codes.info import Example, error, family, warning

RUN = family(
    error(
        501,
        "input is missing",
        cause="The Melody declares an input without a default, and no value was given.",
        cure="Pass it with `-i NAME=VALUE` or `-i @FILE.json`.",
    ),
    error(
        502,
        "unknown input",
        cause="A value was given for an input that the Melody does not declare.",
        cure="Correct the name, or declare the input.",
    ),
    error(
        503,
        "input does not fit its type",
        cause="The value given is not of the type that the Melody declares.",
        cure="Pass a value of the declared type; lists and maps are written as JSON.",
        example=Example(bad="-i count=many", good="-i count=3"),
    ),
    error(
        504,
        "bad script",
        cause="The file of `--script` is wrong, or has no entry for a player that is performed.",
        cure="Correct the entry that is named, or add `default: {return: {}}`.",
    ),
    error(
        505,
        "bad fault",
        cause="`--fault` takes `STEP:KIND`, with `*N` for the first N attempts.",
        cure="Write for example `--fault draft:rate_limited*2`.",
    ),
    error(
        506,
        "bad option",
        cause="An option has a value that it does not take, or does not go with another one.",
        cure="Use the option as `melody run --help` shows.",
    ),
    error(
        507,
        "a file cannot be written",
        cause="The journal of a run or the file that was asked for cannot be written: the folder "
        "is not writable, or the disk is full.",
        cure="Make the folder writable or name another one; a run does without its journal by "
        "`--no-journal`.",
    ),
    error(
        508,
        "a file is not overwritten",
        cause="A file that Melody would write is there already, and Melody did not write it or "
        "somebody has changed it since.",
        cure="Write elsewhere, with `-o` or in another folder, or overwrite it with `--force`.",
    ),
    error(
        509,
        "a file cannot be laid out anew",
        cause="`melody fmt` leaves a file as it is where the canonical form would not say the "
        "same: comments that JSON has no place for, a Python program, layout that another part of "
        "the file depends on.",
        cure="Do what the help says, or change the place that is named by hand.",
    ),
    error(
        510,
        "bad output handed in",
        cause="`--have` names no step of the top of the Melody, or one that has more to tell than "
        "an output, or the value is not of the step's type.",
        cure="Write `--have ID=@FILE.json` with what the step gave; it is held to the step's "
        "`output`.",
        example=Example(bad="--have code=many", good="--have code=@code.json"),
    ),
    error(
        511,
        "generated files are out of date",
        cause="`melody compile --check` found files of a generated project that are not what "
        "would be generated now: the Melody or Melody itself has changed since, or somebody has "
        "changed or removed them.",
        cure="Compile again without `--check`; change the Melody, not what is generated from it.",
    ),
    error(
        512,
        "the list of generated files is broken",
        cause="The manifest of a generated project, melody.lock.json, says which of its files were "
        "generated. This one is not as Melody writes it, so nothing that it says is believed.",
        cure="Restore it, or delete it and compile again with `--force`.",
    ),
    error(
        513,
        "a file cannot go along",
        cause="A file that `--include` names, or the code of a player, cannot be copied into the "
        "generated project: it lies outside of the Melody's project, is a symlink, is too large, "
        "or has a name that not every machine takes.",
        cure="Name a regular file of the project, or add it to the generated project by hand.",
    ),
    warning(
        514,
        "a file that goes along needs Melody",
        cause="Generated code does without Melody, but a file of yours that goes along imports "
        "more of it than a project has of its own. What a player is given and may return (`Grant`, "
        "`PlayRequest`, `Success`, `StandardError`) it has, in `answers.py`, if nothing else "
        "stands in the same import. So the project runs only where Melody is installed.",
        cure="Keep what runs and compiles Melodies in a file of its own, which no player imports; "
        "or change the copy, which is yours.",
        example=Example(
            bad="from melody import Success, run\n\n"
            'def draft(topic):\n    return Success(run("outline.melody.yaml").outputs)',
            good='from melody import Success\n\ndef draft(topic):\n    return Success("…")',
        ),
    ),
)
