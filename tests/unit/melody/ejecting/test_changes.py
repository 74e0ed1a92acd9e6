from __future__ import annotations

import itertools

import pytest

from melody.ejecting.changes import Changes, changes
from melody.ejecting.folder import BlockedError, Found
from melody.ejecting.manifest import Entry

NEW, OLD = Entry("melody", "s2", "w2"), Entry("melody", "s1", "w1", before="w0")
YOURS = Entry("you", "s2", "w2")

# What is generated now, what the manifest says, what stands there → what becomes of it.
TABLE: list[tuple[Entry | None, Entry | None, str | Found, str | None]] = [
    (NEW, None, Found.NOTHING, "written"),
    (NEW, None, "w2", "same"),
    (NEW, None, "mine", "refused"),
    (NEW, None, Found.LINK, "refused"),
    (NEW, None, Found.OTHER, "refused"),
    (NEW, OLD, Found.NOTHING, "written"),
    (NEW, OLD, "w1", "written"),
    (NEW, OLD, "w0", "written"),
    (NEW, OLD, "w2", "same"),
    (NEW, OLD, "mine", "refused"),
    (NEW, OLD, Found.LINK, "refused"),
    (NEW, YOURS, "mine", "refused"),
    (NEW, Entry("you", "s", "w1"), "w1", "refused"),
    (YOURS, None, Found.NOTHING, "written"),
    (YOURS, None, "mine", "yours behind"),
    (YOURS, None, "w2", "yours"),
    (YOURS, None, Found.FOLDER, "yours"),
    (YOURS, OLD, "w1", "yours behind"),
    (YOURS, YOURS, "mine", "yours"),
    (YOURS, Entry("you", "s1", "w1"), "w1", "yours behind"),
    (YOURS, Entry("you", "s1", "w1"), "mine", "yours behind"),
    (YOURS, Entry("you", "s1", "w1"), "w2", "yours"),
    (YOURS, Entry("you", "s1", "w1"), Found.LINK, "yours"),
    (YOURS, Entry("melody", "s2", "w1"), "w1", "yours behind"),
    (None, OLD, Found.NOTHING, None),
    (None, OLD, "w1", "removed"),
    (None, OLD, "w0", "removed"),
    (None, OLD, "mine", "left"),
    (None, OLD, Found.LINK, "left"),
    (None, OLD, Found.FOLDER, "left"),
    (None, YOURS, Found.NOTHING, None),
    (None, YOURS, "w2", "unused"),
    (None, YOURS, "mine", "unused"),
    (None, YOURS, Found.LINK, "unused"),
]


def _become(
    new: Entry | None, old: Entry | None, found: str | Found, *, force: bool = False
) -> Changes:
    return changes(
        {} if new is None else {"f": new},
        {} if old is None else {"f": old},
        lambda _: found,
        force=force,
    )


@pytest.mark.parametrize(("new", "old", "found", "becomes"), TABLE)
def test_what_becomes_of_a_file(
    new: Entry | None, old: Entry | None, found: str | Found, becomes: str | None
) -> None:
    expected = Changes(**{kind: ["f"] for kind in (becomes or "").split()})
    assert _become(new, old, found) == expected


@pytest.mark.parametrize(("new", "old", "found", "becomes"), TABLE)
def test_force_makes_a_difference_to_what_is_refused_only(
    new: Entry | None, old: Entry | None, found: str | Found, becomes: str | None
) -> None:
    forced = _become(new, old, found, force=True)
    if becomes == "refused":
        assert forced == Changes(written=["f"])
    else:
        assert forced == _become(new, old, found)


@pytest.mark.parametrize(("old", "force"), [*itertools.product([None, OLD, YOURS], [False, True])])
def test_a_folder_is_never_replaced(old: Entry | None, force: bool) -> None:
    with pytest.raises(BlockedError):
        _become(NEW, old, Found.FOLDER, force=force)


def test_a_way_that_is_blocked_stops_what_is_generated_and_nothing_else() -> None:
    def blocked(path: str) -> str:
        raise BlockedError(path, Found.LINK)

    with pytest.raises(BlockedError):
        changes({"f": NEW}, {}, blocked, force=True)
    assert changes({"f": YOURS}, {}, blocked) == Changes(yours=["f"])
    assert changes({}, {"f": OLD}, blocked) == Changes()
    assert changes({}, {"f": YOURS}, blocked) == Changes()


def test_a_name_that_changed_its_case_is_removed_and_written() -> None:
    # Where case does not count, both names show the one file there is.
    made = changes({"a": NEW}, {"A": Entry("melody", "s2", "w2")}, lambda _: "w2")
    assert made == Changes(written=["a"], removed=["A"])
    assert changes({"a": NEW}, {"A": OLD}, lambda _: "mine") == Changes(refused=["a"], left=["A"])
