"""Chat in full with the official openai SDK against the running site's sandbox: what its own types and helpers make of it."""

import json
from collections.abc import Iterator
from typing import Any, Literal

import openai
import pytest
from pydantic import BaseModel

from catalog import snapshot
from catalog.endpoints.sandbox.pictures import SAMPLE_URL

QUESTION = {"role": "user", "content": "What is the weather in Oslo?"}
CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False}
TOOLS = [{"type": "function", "function": {"name": "get_weather", "description": "Tells the weather", "parameters": CITY}}]


class Step(BaseModel):
    explanation: str
    kind: Literal["guess", "proof"]


class Solution(BaseModel):
    steps: list[Step]
    answer: float | None
    certain: bool


@pytest.fixture
def ask(site) -> Iterator[Any]:
    """ask(**more) is one chat request, answered as the SDK gives it; `ask.client` is the SDK, `ask.model` a model."""
    model = next(card.slug for card in snapshot.latest().cards if card.endpoints[:1] == ("chat",))
    with openai.OpenAI(base_url=f"{site}/sandbox/v1", api_key="sk-any-word", max_retries=0, timeout=20) as client:

        def create(**more: Any) -> Any:
            return client.chat.completions.create(model=model, **({"messages": [QUESTION]} | more))

        create.client, create.model = client, model
        yield create


def finished(ask: Any, **more: Any) -> Any:
    """The whole answer that the SDK itself puts together from a stream."""
    with ask.client.chat.completions.stream(model=ask.model, **({"messages": [QUESTION]} | more)) as stream:
        return stream.get_final_completion()


def test_tool_call_round_trip(ask):
    [choice] = ask(tools=TOOLS).choices
    [call] = choice.message.tool_calls
    assert (choice.finish_reason, choice.message.content) == ("tool_calls", None)
    assert (call.function.name, json.loads(call.function.arguments)) == ("get_weather", {"city": "Oslo"})
    result = {"role": "tool", "tool_call_id": call.id, "content": "7 degrees"}
    [after] = ask(tools=TOOLS, messages=[QUESTION, choice.message, result]).choices
    assert "“7 degrees”" in after.message.content and after.finish_reason == "stop"


def test_streamed_tool_call_is_the_whole_one(ask):
    [whole], [streamed] = ask(tools=TOOLS).choices, finished(ask, tools=TOOLS).choices
    [one], [other] = whole.message.tool_calls, streamed.message.tool_calls
    assert (one.id, one.function.name, one.function.arguments) == (other.id, other.function.name, other.function.arguments)
    assert streamed.finish_reason == "tool_calls"


def test_answer_is_parsed_into_a_model(ask):
    answer = ask.client.chat.completions.parse(model=ask.model, messages=[QUESTION], response_format=Solution)
    found = answer.choices[0].message.parsed
    assert isinstance(found, Solution) and found.steps[0].kind in ("guess", "proof")
    assert finished(ask, response_format=Solution).choices[0].message.parsed == found


def test_arguments_are_parsed_into_a_model(ask):
    tool = openai.pydantic_function_tool(Solution, name="solve_weather")
    answer = ask.client.chat.completions.parse(model=ask.model, messages=[QUESTION], tools=[tool])
    assert isinstance(answer.choices[0].message.tool_calls[0].function.parsed_arguments, Solution)


def test_refusal(ask):
    asked = {"messages": [{"role": "user", "content": "Refuse this"}]}
    [whole], [streamed] = ask(**asked).choices, finished(ask, **asked).choices
    assert whole.message.content is None and whole.message.refusal == streamed.message.refusal
    assert "asked the sandbox to refuse" in whole.message.refusal


def test_three_choices(ask):
    whole, streamed = ask(n=3).choices, finished(ask, n=3).choices
    said = [choice.message.content for choice in whole]
    assert [choice.index for choice in whole] == [0, 1, 2] and len(set(said)) == 3
    assert [choice.message.content for choice in streamed] == said


def test_log_probabilities(ask):
    [whole], [streamed] = ask(logprobs=True, top_logprobs=2).choices, finished(ask, logprobs=True, top_logprobs=2).choices
    rows = whole.logprobs.content
    assert "".join(row.token for row in rows) == whole.message.content and all(len(row.top_logprobs) == 2 for row in rows)
    assert [row.token for row in streamed.logprobs.content] == [row.token for row in rows]


def test_reasoning_comes_before_the_answer(ask):
    whole = ask(reasoning_effort="low")
    assert whole.usage.completion_tokens_details.reasoning_tokens > 0
    deltas = [chunk.choices[0].delta for chunk in ask(reasoning_effort="low", stream=True)]
    thoughts = [getattr(delta, "reasoning_content", None) for delta in deltas]
    assert "".join(filter(None, thoughts)) == whole.choices[0].message.reasoning_content
    assert thoughts.index(next(filter(None, thoughts))) < next(n for n, delta in enumerate(deltas) if delta.content)


def test_picture_is_told_and_counted(ask):
    content = [{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": {"url": SAMPLE_URL}}]
    answer = ask(messages=[{"role": "user", "content": content}])
    assert "a PNG picture of 160 × 96 pixels" in answer.choices[0].message.content and answer.usage.prompt_tokens > 255


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"n": 9}, "n"),
        ({"tools": [{"type": "function", "function": {"name": "no good"}}]}, "tools[0].function.name"),
        ({"messages": [{"role": "tool", "tool_call_id": "x", "content": "7"}]}, "messages[0].tool_call_id"),
    ],
)
def test_error_names_the_parameter(ask, more, param):
    with pytest.raises(openai.BadRequestError) as caught:
        ask(**more)
    assert caught.value.param == param
