"""Questions to a chat model. Each is worded so that an answer which ignores what was asked cannot pass."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from catalog.cards import Card
from catalog.endpoints.sandbox.pictures import data_url, png
from playground.inspection import verdict
from playground.probe.question import Outcome, Question, Reply, cut, failed, fitted, passed, quoted, untested

COLOURS = re.compile(r"\b(red|orange|yellow|green|blue|purple|violet|pink|brown|black|white|gr[ae]y)\b", re.I)
SHOWN = ("blue", "yellow")
SIDE = 128  # pixels
NAME = re.compile(r"\W*[A-Za-z]{8,}\W*")
SMALL = 16  # output tokens: the least that every API takes
LONG = 160  # characters that 16 tokens cannot have

CITY = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]}},
    "required": ["city", "unit"],
    "additionalProperties": False,
}
TOOL = {"name": "get_weather", "description": "The weather in a city right now.", "parameters": CITY}
PERSON = {
    "type": "object",
    "properties": {
        "name": {"type": "string"}, "age": {"type": "integer"}, "pets": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["name", "age", "pets"],
    "additionalProperties": False,
}  # fmt: skip


def questions(card: Card) -> Iterator[Question]:
    def ask(ability: str, judge: Callable[[Reply], Outcome], said: Any, most: int | None = None, **fields: Any) -> Question:
        data = fitted("chat", card, {"messages": [{"role": "user", "content": said}]} | fields, most)
        tells = ability != "max_output"  # some refuse a limit because they would heed it
        return Question(ability, "chat", data, lambda replies: judge(replies[0]), tuple(fields), refusal_tells=tells)

    tools = [{"type": "function", "function": TOOL}]
    yield ask("tools", called, "What is the weather in Paris right now, in celsius?", tools=tools)
    schema = {"type": "json_schema", "json_schema": {"name": "person", "strict": True, "schema": PERSON}}
    yield ask("json_schema", fits, "Ada is 36 and has a cat. Describe her.", response_format=schema)
    as_json = "Ada is 36 and has a cat. Describe her as a JSON object."
    yield ask("json_mode", is_object, as_json, response_format={"type": "json_object"})
    yield ask("vision", seen, looked_at())
    words = "Count in words, in lower case, separated by commas: one, two, three and on to ten. Write nothing else."
    yield ask("stop", stopped, words, stop=["three"])
    yield ask("max_output", limited, "Write the numbers from 1 to 300 in words.", SMALL, max_tokens=SMALL)
    yield seeded(card)


def called(reply: Reply) -> Outcome:
    calls = [call for call in reply.choice.get("tool_calls", ()) if call["name"] == TOOL["name"]]
    if not calls:
        return cut(reply) if reply.is_cut else failed(f"No call of the tool: {quoted(reply.text)}.")
    (found,) = verdict.judged([calls[0]["arguments"]], CITY)
    if found["state"] == "valid":
        return passed(f"It called {TOOL['name']} with {quoted(calls[0]['arguments'])}.")
    return by(found, f"The call's arguments {quoted(calls[0]['arguments'])} do not fit the tool: ", reply)


def by(found: dict[str, str], told: str, reply: Reply) -> Outcome:
    """What a verdict that is not “valid” shows."""
    if reply.is_cut:
        return cut(reply)
    return failed(told + found["message"]) if found["state"] == "invalid" else untested(found["message"])


def fits(reply: Reply) -> Outcome:
    (found,) = verdict.judged([reply.text], PERSON)
    told = f"The answer {quoted(reply.text)} does not fit the schema: "
    return passed(f"{quoted(reply.text)} fits the schema.") if found["state"] == "valid" else by(found, told, reply)


def is_object(reply: Reply) -> Outcome:
    (found,) = verdict.judged([reply.text], None)
    told = f"The answer {quoted(reply.text)} is no JSON object: "
    return passed(f"{quoted(reply.text)} is a JSON object.") if found["state"] == "valid" else by(found, told, reply)


def looked_at() -> list[dict[str, Any]]:
    """A picture whose left half is blue and whose right half is yellow, and the question what it shows."""
    rows = [bytes([0] * (SIDE // 2) + [1] * (SIDE // 2))] * SIDE
    picture = data_url(png(SIDE, SIDE, [(0, 0, 255), (255, 221, 0)], rows))
    asked = "The picture has a left and a right half, each of one colour. Name the left colour, then the right, and nothing else."
    return [{"type": "text", "text": asked}, {"type": "image_url", "image_url": {"url": picture}}]


def seen(reply: Reply) -> Outcome:
    named = [colour.lower() for colour in COLOURS.findall(reply.text)]
    if tuple(named[:2]) == SHOWN:
        return passed(f"A picture of {SHOWN[0]} and {SHOWN[1]}: it said {quoted(reply.text)}.")
    return cut(reply) if reply.is_cut else failed(f"A picture of {SHOWN[0]} and {SHOWN[1]}, but it said {quoted(reply.text)}.")


def stopped(reply: Reply) -> Outcome:
    said = reply.text.lower()
    if "three" in said:
        return failed(f"It went on past the stop text “three”: {quoted(reply.text)}.")
    if "two" in said and not reply.is_cut:
        return passed(f"It ended before “three”: {quoted(reply.text)}.")
    return untested(f"It never came to the stop text: {quoted(reply.text)}.")


def limited(reply: Reply) -> Outcome:
    if len(reply.text) > LONG:
        return failed(f"{len(reply.text):,} characters, though {SMALL} tokens were asked for.")
    if reply.is_cut:
        return passed(f"Cut at {SMALL} tokens with the finish reason “length”.")
    count, told = (reply.run.usage or {}).get("output_tokens", 0), reply.choice.get("finish_reason") or "none"
    if count >= SMALL:
        return failed(f"{count:,} output tokens and the finish reason “{told[:50]}”, where a cut at {SMALL} was due.")
    return untested(f"The answer was short of itself: {quoted(reply.text)}.")


def seeded(card: Card) -> Question:
    """Twice with one seed, once with another: a model that always says the same has shown nothing."""
    said = "Invent a name of twelve random letters. Write only the name."
    data, other = (fitted("chat", card, {"messages": [{"role": "user", "content": said}], "seed": seed}) for seed in (7, 8))
    return Question("seed", "chat", data, repeated, about=("seed",), variants=({}, {}, other))


def repeated(replies: list[Reply]) -> Outcome:
    first, second, other = (reply.text.strip() for reply in replies)
    if not all(map(NAME.fullmatch, (first, second, other))):
        return untested(f"It invented no name: {quoted(first)}.")
    if first != second:
        return failed(f"With the same seed it said {quoted(first)}, then {quoted(second)}.")
    if first == other:
        return untested(f"It says {quoted(first)} with any seed.")
    return passed(f"It said {quoted(first)} twice with one seed, {quoted(other)} with another.")
