"""A player's limits hold across all runs of the process, whoever starts them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import melody
from melody import RunStatus

# Whoever finds the folder there already fails.
ALONE = """\
melody: v1
name: alone
policy: {retry: {max_attempts: 1}}
players:
  hand:
    command: [sh, -c, "mkdir taken && sleep 0.05 && rmdir taken"]
    limits: {concurrency: 1}
steps:
  each: {for_each: "${{ range(4) }}", play: hand}
"""


def test_two_runs_in_two_threads_share_the_only_place_of_a_player(tmp_path: Path) -> None:
    workflow = tmp_path / "alone.melody.yaml"
    workflow.write_text(ALONE, encoding="utf-8")
    (tmp_path / "melody.project.yaml").write_text("allow: {command: [sh]}\n", encoding="utf-8")
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda _: melody.run(workflow, journal=False), range(2)))
    assert [result.status for result in results] == [RunStatus.SUCCEEDED] * 2
