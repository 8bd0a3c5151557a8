"""The sandbox's answers to chat requests: a pure function of the body, in the shapes of OpenAI's API reference."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any

from catalog.endpoints.answers import REPLY_FRAME, shortened, split, tokens
from catalog.endpoints.sandbox import small_talk, tool_calls
from catalog.endpoints.sandbox.chat_request import Request, read
from catalog.endpoints.sandbox.conversation import attached, prompt_tokens
from catalog.endpoints.sandbox.instances import instance
from catalog.endpoints.sandbox.logprobs import logprobs

CREATED = 1776947082  # every sandbox answer carries the same moment and id, so that the same request gives the same bytes
ID = "chatcmpl-abc123"
FINGERPRINT = "fp_sandbox"
REFUSAL = "You asked the sandbox to refuse, so it does not answer this."
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers. Text is None where the answer is a refusal or calls tools."""

    index: int
    thought: str
    text: str | None
    refusal: str | None
    calls: tuple[Row, ...]
    finish: str

    @property
    def said(self) -> tuple[str, list[str]]:
        """The words, none for calls, after the name that they go by."""
        name, said = ("content", self.text) if self.refusal is None else ("refusal", self.refusal)
        return name, split(said) if said else []

    @property
    def reasoning_tokens(self) -> int:
        return tokens(self.thought)

    @property
    def tokens(self) -> int:
        called = sum(tokens(call["function"]["name"] + call["function"]["arguments"]) for call in self.calls)
        return self.reasoning_tokens + tokens(self.text or self.refusal or "") + called + REPLY_FRAME


def reply(body: dict[str, Any]) -> dict[str, Any] | Iterator[dict[str, Any]]:
    """A whole answer or its chunks. A last user message that begins with "refuse" is refused, as a model may do."""
    asked = read(body)
    choices = [choice(asked, index) for index in range(asked.count)]
    if body.get("stream"):
        return chunks(asked, choices)
    return head(body, "chat.completion") | {"choices": [whole(asked, one) for one in choices], "usage": usage(asked, choices)}


def choice(asked: Request, index: int) -> Choice:
    """The answer number `index`: the thought first, then a refusal, calls or text, as far as the token limit goes."""
    thought = small_talk.thought(asked.messages, asked.effort, len(asked.functions)) if asked.effort else ""
    thought = shortened(thought, [], asked.limit)[0]
    left = asked.limit - tokens(thought) if isinstance(asked.limit, int) else None
    question = small_talk.last_question(asked.messages)
    if question.strip().lower().startswith("refuse"):
        said, finish = shortened(REFUSAL, [], left)
        return Choice(index, thought, None, said, (), finish)
    if made := tool_calls.calls(asked.body, question, asked.steps, index):
        calls, finish = within(made, left)
        return Choice(index, thought, None, None, calls, finish)
    said, finish = shortened(text(asked, question, index), asked.body.get("stop") or [], left)
    return Choice(index, thought, said, None, (), finish)


def within(calls: list[Row], limit: int | None) -> tuple[tuple[Row, ...], str]:
    """Calls under a token limit: the arguments end where it is reached, as a model's would."""
    kept: list[Row] = []
    for call in calls:
        arguments, finish = shortened(call["function"]["arguments"], [], limit)
        kept.append(call | {"function": call["function"] | {"arguments": arguments}})
        if finish == "length":
            return tuple(kept), finish
        limit = limit - tokens(call["function"]["name"] + arguments) if limit is not None else None
    return tuple(kept), "tool_calls"


def text(asked: Request, question: str, index: int) -> str:
    """What is said, in the form that is asked for; answers after the first say which they are, where the form allows."""
    if asked.form == "json_schema":
        where = "response_format.json_schema.schema"
        return json.dumps(instance(asked.schema, question, where, asked.steps, index), ensure_ascii=False)
    if asked.form == "json_object":
        return json.dumps(small_talk.as_json(asked.messages) | ({"answer": index + 1} if index else {}))
    said = small_talk.answer(asked.messages, [part.said for part in attached(asked.messages)])
    return f"Answer {index + 1}: {said}" if index else said


def usage(asked: Request, choices: list[Choice]) -> Row:
    prompt, completion = prompt_tokens(asked.messages, asked.body.get("tools") or []), sum(one.tokens for one in choices)
    found: Row = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    if heard := sum(part.tokens for part in attached(asked.messages) if part.sound):
        found["prompt_tokens_details"] = {"audio_tokens": heard, "cached_tokens": 0}
    if asked.effort:
        found["completion_tokens_details"] = {"reasoning_tokens": sum(one.reasoning_tokens for one in choices)}
    return found


def head(body: dict[str, Any], kind: str) -> Row:
    found = {"id": ID, "object": kind, "created": CREATED, "model": body.get("model")}
    return found | ({"system_fingerprint": FINGERPRINT} if body.get("seed") is not None else {})


def whole(asked: Request, one: Choice) -> Row:
    message: Row = {"role": "assistant", "content": one.text}
    message |= {"reasoning_content": one.thought} if asked.effort else {}
    message |= {"refusal": one.refusal} if one.refusal is not None else {}
    message |= {"tool_calls": list(one.calls)} if one.calls else {}
    chances = {"logprobs": likely(asked, *one.said)} if asked.top is not None else {}
    return {"index": one.index, "message": message, **chances, "finish_reason": one.finish}


def likely(asked: Request, name: str, words: list[str]) -> Row | None:
    """The log probabilities of a content or refusal; calls of tools have none."""
    return {"content": None, "refusal": None} | {name: logprobs(words, asked.top or 0)} if words else None


def chunks(asked: Request, choices: list[Choice]) -> Iterator[Row]:
    """The chunks of all choices in turn, then the usage where it is asked for."""
    options = asked.body.get("stream_options")
    counts = isinstance(options, dict) and bool(options.get("include_usage"))
    start = head(asked.body, "chat.completion.chunk")
    unknown = {"usage": None} if counts else {}
    for row in chain.from_iterable(zip_longest(*(pieces(asked, one) for one in choices))):
        if row:
            yield start | {"choices": [row]} | unknown
    if counts:
        yield start | {"choices": [], "usage": usage(asked, choices)}


def pieces(asked: Request, one: Choice) -> Iterator[Row]:
    """One choice's part of each of its chunks: role, thought, text or calls, and why it ends."""
    opening: Row = {"role": "assistant", "content": None if one.text is None else ""}
    yield {"index": one.index, "delta": opening, "finish_reason": None}
    for word in split(one.thought) if one.thought else ():
        yield {"index": one.index, "delta": {"reasoning_content": word}, "finish_reason": None}
    name, words = one.said
    for word in words:
        chances = {"logprobs": likely(asked, name, [word])} if asked.top is not None else {}
        yield {"index": one.index, "delta": {name: word}, **chances, "finish_reason": None}
    for delta in chain.from_iterable(call_pieces(place, call) for place, call in enumerate(one.calls)):
        yield {"index": one.index, "delta": {"tool_calls": [delta]}, "finish_reason": None}
    yield {"index": one.index, "delta": {}, "finish_reason": one.finish}


def call_pieces(place: int, call: Row) -> Iterator[Row]:
    """A call's id and name, then its arguments piece by piece."""
    yield {"index": place, **call, "function": {"name": call["function"]["name"], "arguments": ""}}
    for word in split(call["function"]["arguments"]):
        yield {"index": place, "function": {"arguments": word}}
