from __future__ import annotations

import pytest

from workflow_ir.types.describe import describe
from workflow_ir.types.json_schema import to_json_schema
from workflow_ir.types.model import JsonValue
from workflow_ir.types.shorthand import parse_type
from workflow_ir.types.type_name import TypeSyntaxError, parse_type_name


def test_an_object_may_stand_inside_a_list() -> None:
    found = parse_type_name("list[{name: string, rank: {enum: [must, could]}, note: string?}]?")
    written: JsonValue = {"name": "string", "rank": {"enum": ["must", "could"]}, "note": "string?"}
    items = to_json_schema(found)["items"]
    assert items == to_json_schema(parse_type(written))


def test_an_object_in_text_says_the_same_as_one_in_a_map() -> None:
    pairs: tuple[tuple[str, JsonValue], ...] = (
        ("{}", {}),
        ("{a: integer(1..), b: map[{c: number}]}", {"a": "integer(1..)", "b": "map[{c: number}]"}),
        ("{enum: [1, 1.5, true, null, a b]}", {"enum": [1, 1.5, True, None, "a b"]}),
        ("{enum: string}", {"enum": "string"}),
    )
    for text, written in pairs:
        assert to_json_schema(parse_type_name(text)) == to_json_schema(parse_type(written)), text


def test_what_describes_a_type_of_plain_fields_is_read_back_as_that_type() -> None:
    text = "list[{name: string, sizes: list[integer], note: string?}]"
    assert describe(parse_type_name(text)) == text


@pytest.mark.parametrize(
    ("text", "fact", "start"),
    [
        ("list[{a string}]", "The field 'a' has no type.", 8),
        ("{a: strin}", "There is no type 'strin'.", 4),
        ("{a: string, a: json}", "The field 'a' stands twice.", 12),
        ("{a: string", "The fields of an object are not closed.", 10),
        ("{a: string b: json}", "The fields of an object are not closed.", 11),
        ("{1: string}", "The name of a field is wanted.", 1),
        ("{enum: [a, a]}", "An enum lists 'a' twice.", 11),
        ("{enum: []}", "An enum lists no value.", 0),
        ("{enum: [a}", "The values of an enum are not closed.", 9),
        ("{enum: [a]", "The enum is not closed.", 10),
        ("{a: " * 70 + "json" + "}" * 70, "The type is nested deeper than 64 levels.", 259),
    ],
)
def test_a_mistake_in_an_object_is_told_at_its_place(text: str, fact: str, start: int) -> None:
    with pytest.raises(TypeSyntaxError) as caught:
        parse_type_name(text)
    assert (caught.value.message, caught.value.offset) == (fact, start)
