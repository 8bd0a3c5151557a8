"""Whether an answer fits the schema that a visitor asked for, however hostile the schema or the answer."""

import time

import pytest

from playground.inspection import verdict

OBJECT = {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}}
FOR_EVER = {"properties": {"city": {"pattern": "^(a+)+$"}}}


def states(texts: list[str], schema: object) -> list[str]:
    return [found["state"] for found in verdict.judged(texts, schema)]


def test_each_answer_is_judged():
    assert states(['{"city": "Oslo"}', '{"city": 5}', "Oslo", "[]"], OBJECT) == ["valid", "invalid", "invalid", "invalid"]


def test_without_a_schema_any_object_will_do():
    assert states(['{"city": 5}', "[]", '{"city"'], None) == ["valid", "invalid", "invalid"]


@pytest.mark.parametrize("text", ['{"a": NaN}', '{"a": -Infinity}'])
def test_what_only_python_reads_is_no_json(text):
    [found] = verdict.judged([text], None)
    assert found["state"] == "invalid" and "is no JSON number" in found["message"]


@pytest.mark.parametrize("text", ['{"a": ' + "1" * 5000 + "}", '{"a": ' * 900 + "1" + "}" * 900, "[" * 100_000])
@pytest.mark.parametrize("schema", [None, {}])
def test_what_cannot_be_read_is_not_judged(text, schema):
    assert states([text], schema) == ["unknown"]


def test_schema_that_takes_for_ever_takes_one_limit_for_all_choices():
    began = time.monotonic()
    endless = ['{"city": "' + "a" * 60 + f'{n}!"}}' for n in range(8)]
    assert states(['{"city": "a"}', *endless], FOR_EVER) == ["valid"] + ["unknown"] * 8
    assert time.monotonic() - began < 2 * verdict.TIMEOUT


@pytest.mark.parametrize("schema", [{"$ref": "#"}, {"$ref": "https://example.org/"}, {"type": 5}, 5, {"$ref": "#/a/b"}])
def test_schema_that_is_none_is_said_to_be(schema):
    [found] = verdict.judged(["{}"], schema)
    assert found["state"] == "unknown" and found["message"].startswith("The schema")


def test_a_crowd_of_checks_is_told_so_and_is_judged_later(monkeypatch):
    monkeypatch.setattr(verdict, "TIMEOUT", 0.01)
    taken = [verdict.places.acquire(blocking=False) for _ in range(5)]
    asked = ['{"crowded": 1}'], {"type": "object"}
    assert taken == [True] * 4 + [False] and verdict.judged(*asked) == [verdict.CROWDED]
    for _ in range(4):
        verdict.places.release()
    monkeypatch.undo()
    assert verdict.judged(*asked) == [verdict.VALID]
