"""A run as the page receives it: server-sent events, the finished result last."""

import json

from fake_network import END, word

from gateway.sse import Event, Splitter
from playground.models import Run


def events(text: str) -> list[Event]:
    splitter = Splitter()
    return splitter.feed(text.encode()) + splitter.end()


def named(found: list[Event], name: str) -> list[dict]:
    return [json.loads(event.data) for event in found if event.name == name]


def test_begins_with_the_run_s_id(stream):
    first = events(stream())[0]
    assert (first.name, json.loads(first.data)) == ("run", {"id": str(Run.objects.get().id)})


def test_pieces_add_up_to_the_answer(stream):
    pieces = named(events(stream()), "piece")
    assert "".join(piece["text"] for piece in pieces) == "Hello! How can I help you today?"
    assert "".join(piece["raw"] for piece in pieces) == Run.objects.get().response_body
    assert [piece["at"] for piece in pieces] == sorted(piece["at"] for piece in pieces)


def test_first_token_is_the_first_text(stream):
    pieces = named(events(stream()), "piece")
    first = next(piece for piece in pieces if piece["text"])
    assert first["first"] == first["at"] == Run.objects.get().first_token_ms


def test_ends_with_the_result_as_html(stream):
    last = events(stream())[-1]
    assert last.name == "message"
    assert "Hello! How can I help you today?" in last.data and "Sandbox: no model was called" in last.data
    assert '<hx-partial hx-target="#response"' in last.data and "chat.completion.chunk" in last.data


def test_text_of_a_model_is_no_markup(stream, network):
    network.streams(word("<script>alert(1)</script>"), END)
    last = events(stream())[-1]
    assert "<script>" not in last.data and "&lt;script&gt;" in last.data


def test_broken_answer_ends_with_a_result_too(stream, network):
    network.streams(word("Well"))
    assert "Incomplete" in events(stream())[-1].data


def test_answer_in_one_piece_has_no_pieces(run, client, catalog):
    answer = run(accept="text/event-stream", sandbox_error="429")
    assert answer["Content-Type"] == "text/event-stream"
    assert (answer["X-Accel-Buffering"], "no-store" in answer["Cache-Control"]) == ("no", True)


def test_error_counts_the_seconds_down(stream):
    last = events(stream(sandbox_error="429"))[-1]
    assert "rate_limit_error" in last.data and 'data-until="2"' in last.data


def test_refusal_is_html_that_names_the_field(run):
    answer = run(accept="text/event-stream", temperature="3")
    page = answer.content.decode()
    assert (answer.status_code, answer["Content-Type"]) == (422, "text/html; charset=utf-8")
    assert 'href="#f-temperature"' in page and "0 to 2" in page


def test_speech_shows_a_player(run):
    answer = run(accept="text/html", model="openai/tts-1-hd", input="Hello!", voice="alloy", response_format="wav")
    page = answer.content.decode()
    assert f'src="/playground/runs/{Run.objects.get().id}/artifacts/0"' in page
