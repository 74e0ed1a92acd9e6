"""Reading members: keys of maps, positions of lists and texts, parts of both."""

from __future__ import annotations

from collections.abc import Mapping

from workflow_ir.expressions.errors import EvaluationError
from workflow_ir.expressions.frame import Frame
from workflow_ir.expressions.operators import named, type_error
from workflow_ir.nearest import nearest
from workflow_ir.types.describe import show
from workflow_ir.types.model import JsonValue

_DATA = frozenset({type(None), bool, int, float, str, list, dict})


def missing(message: str) -> EvaluationError:
    """The error of a read that finds nothing; ``default``, ``has`` and ``coalesce`` catch it."""
    return EvaluationError("expression.missing", message)


def key_of(whole: object, key: str, shown: str) -> object:
    """The member of a map, or of a view that the conductor gives in its place.

    Args:
        whole: A map; anything else is an error.
        key: The key.
        shown: The source of the whole read, for messages.

    Raises:
        EvaluationError: ``expression.missing`` if the key is absent or the whole is null,
            ``expression.type`` if the whole has no keys.
    """
    if isinstance(whole, Mapping):
        try:
            return whole[key]
        except KeyError:
            pass
        try:
            meant = nearest(key, [name for name in whole if isinstance(name, str)][:200])
        except KeyError:
            meant = None
        hint = f"did you mean {meant!r}? " if meant else ""
        raise missing(
            f"there is no key {key!r} for `{shown}`; {hint}"
            f"write default({shown}, y) if it may be missing"
        )
    if whole is None:
        raise missing(
            f"null has no key {key!r} for `{shown}`; write default({shown}, y) if it may be null"
        )
    what = named(whole) if type(whole) in _DATA else f"a Python {type(whole).__name__}"  # type: ignore[arg-type]
    raise type_error(f"{what} has no key {key!r} for `{shown}`")


def item_of(whole: JsonValue, index: JsonValue, shown: str) -> object:
    """The member at a computed key or position.

    Raises:
        EvaluationError: ``expression.missing`` or ``expression.type``, as `key_of`.
    """
    if isinstance(index, str):
        return key_of(whole, index, shown)
    if whole is None:
        raise missing(f"null has no item for `{shown}`")
    if not isinstance(whole, str | list):
        raise type_error(f"{named(whole)} has no item {show(index)} for `{shown}`")
    if type(index) is not int:
        raise type_error(f"a position is an integer, not {named(index)}, in `{shown}`")
    try:
        return whole[index]
    except IndexError:
        count = len(whole)
        raise missing(f"there is no item {index} among {count} for `{shown}`") from None


def slice_of(
    frame: Frame, whole: JsonValue, low: JsonValue, high: JsonValue, shown: str
) -> JsonValue:
    """``x[low:high]`` of a list or text; None stands for a bound that was not written."""
    part = slice(_bound(low, shown), _bound(high, shown))
    if whole is None:
        raise missing(f"null has no parts for `{shown}`")
    if not isinstance(whole, str | list):
        raise type_error(f"{named(whole)} has no parts for `{shown}`")
    if isinstance(whole, str):
        frame.charge_text(len(range(len(whole))[part]))
        return whole[part]
    frame.charge_items(len(range(len(whole))[part]))
    return whole[part]


def _bound(value: JsonValue, shown: str) -> int | None:
    if value is None or type(value) is int:
        return value
    raise type_error(f"a bound is an integer, not {named(value)}, in `{shown}`")


def data_of(value: object, shown: str) -> JsonValue:
    """The value itself if it is data; a view becomes a map of what it holds.

    Raises:
        EvaluationError: ``expression.type`` for any other Python object.
    """
    if type(value) in _DATA:
        return value  # type: ignore[return-value]  # exactly the JSON types
    if isinstance(value, Mapping):
        plain: dict[str, JsonValue] = {}
        for key in value:
            try:
                plain[str(key)] = data_of(value[key], shown)
            except KeyError:
                continue  # a view may list what it cannot give yet
        return plain
    raise type_error(f"`{shown}` is a Python {type(value).__name__}, which is no data")
