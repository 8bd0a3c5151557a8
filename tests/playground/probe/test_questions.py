"""What answers of a gateway on a socket show: those of an honest one, of one that claims and lies, of one that fails."""

import pytest
from lying_gateway import fact, said

from catalog.models import Model, Version


def about(ability, *answers):
    """Answers for the requests that ask about an ability, one after the other, the last again and again; others are honest."""
    left = list(answers)

    def says(body):
        return None if fact(body) != ability else left.pop(0) if len(left) > 1 else left[0]

    return says


def test_the_sandbox_over_a_socket_does_what_it_says(probe, lying, proofs):
    told = probe()
    honest = {"answers.chat", "answers.responses", "streaming", "tools", "json_schema", "json_mode", "stop", "max_output"}
    assert {ability for ability, passed in proofs().items() if passed} == honest
    assert proofs()["vision"] is False and "seed" not in proofs()  # it sees nothing, and invents no names
    assert told.code == 1  # vision is claimed


@pytest.mark.parametrize("ability", ["streaming", "tools", "json_schema", "json_mode", "vision"])
def test_a_claim_that_is_not_kept_fails(probe, lying, proofs, ability):
    lying.says = lambda body: (200, said("Of course I can do that."))
    told = probe("acme/talk-large", ability)
    assert proofs() == {"answers.chat": True, ability: False}
    assert "FAILED" in told.of(ability)
    assert "came in one piece" in told.of(ability) or "Of course I can do that." in told.of(ability)


def called(arguments, name="get_weather"):
    call = {"id": "c", "type": "function", "function": {"name": name, "arguments": arguments}}
    return 200, said(None, "tool_calls", tool_calls=[call])


GOOD = '{"city": "Paris", "unit": "celsius"}'
PERSON = '{"name": "Ada", "age": 36, "pets": ["cat"]}'
CUT = (200, said("", "length"))


@pytest.mark.parametrize(
    ("ability", "answers", "passed"),
    [
        ("tools", [called(GOOD)], True),
        ("tools", [called('{"city": "Paris"}')], False),
        ("tools", [called("not JSON")], False),
        ("tools", [called(GOOD, "another")], False),
        ("tools", [CUT], None),
        ("json_schema", [(200, said(PERSON))], True),
        ("json_schema", [(200, said('{"name": "Ada", "age": "36", "pets": []}'))], False),
        ("json_schema", [(200, said(PERSON[:20], "length"))], None),
        ("json_schema", [(200, said("[" * 100_000))], None),
        ("json_mode", [(200, said('{"a": 1}'))], True),
        ("json_mode", [(200, said('```json\n{"a": 1}\n```'))], False),
        ("vision", [(200, said("Blue, then yellow."))], True),
        ("vision", [(200, said("Yellow, then blue."))], False),
        ("vision", [(200, said("I cannot see pictures."))], False),
        ("stop", [(200, said("one, two, "))], True),
        ("stop", [(200, said("one, two, three, four"))], False),
        ("stop", [(200, said("1, 2, 3"))], None),
        ("max_output", [(200, said("one two three four", "length"))], True),
        ("max_output", [(200, said("one " * 100))], False),
        ("max_output", [(200, said("No."))], None),
        ("max_output", [(400, {"error": {"message": "Too few tokens.", "type": "invalid_request_error"}})], None),
        ("seed", [(200, said("Qwertyuiopas")), (200, said("Qwertyuiopas")), (200, said("Zxcvbnmasdfg"))], True),
        ("seed", [(200, said("Qwertyuiopas")), (200, said("Zxcvbnmasdfg"))], False),
        ("seed", [(200, said("Qwertyuiopas"))], None),
        ("streaming", [(200, [{"choices": [{"index": 0, "delta": {"content": "1, 2, 3"}, "finish_reason": "stop"}]}])], False),
    ],
)
def test_judges_by_the_answer(probe, lying, proofs, ability, answers, passed):
    lying.says = about(ability, *answers)
    probe("acme/talk-large", ability)
    assert proofs().get(ability) is passed


@pytest.mark.parametrize("status", [401, 403, 404, 408, 429, 500, 503])
def test_a_failing_gateway_proves_nothing(probe, lying, proofs, status):
    lying.says = about("tools", (status, {"error": {"message": "Not now.", "type": "some_error"}}))
    told = probe("acme/talk-large", "tools")
    assert "not tested" in told.of("tools") and "Not now." in told.of("tools")
    assert proofs() == {"answers.chat": True}


def test_a_refused_request_shows_that_it_cannot(probe, lying, proofs):
    lying.says = about("tools", (400, {"error": {"message": "No tools here.", "type": "invalid_request_error"}}))
    assert "The gateway answered 400: No tools here." in probe("acme/talk-large", "tools").of("tools")
    assert proofs()["tools"] is False


def test_nothing_else_is_asked_of_a_model_that_does_not_answer(probe, lying, proofs):
    lying.says = lambda body: (503, {"error": {"message": "Overloaded.", "type": "server_error"}})
    told = probe("acme/talk-large", "tools", "vision")
    assert (told.code, len(lying.requests), proofs()) == (2, 1, {})


def test_a_gateway_that_is_not_there_proves_nothing(probe, lying, proofs):
    lying.close()
    told = probe("acme/talk-large", "tools")
    assert (told.code, proofs()) == (2, {})
    assert "cannot be connected to" in told.out


def test_what_all_sources_deny_is_asked_only_by_name(probe, lying):
    assert " tools " not in probe("acme/talk-free").out
    assert "passed" in probe("acme/talk-free", "tools").of("tools")


def test_a_model_that_is_not_served_is_not_asked(probe, lying, synced):
    synced(**{"acme/talk-large": False})
    told = probe()
    assert "does not serve" in told.out and lying.requests == []


def test_a_rejected_parameter_is_not_tested(probe, lying, proofs):
    Model.objects.filter(slug="acme/talk-large").update(parameters={"reject": ["seed"]})
    Version.bump()
    assert "takes no seed" in probe("acme/talk-large", "seed").of("seed")
    assert proofs() == {"answers.chat": True}


def test_the_models_own_name_of_a_parameter_is_sent(probe, lying):
    change = {"rename": {"max_tokens": "max_completion_tokens"}}
    Model.objects.filter(slug="acme/talk-large").update(parameters=change, upstream_id="talk-9")
    Version.bump()
    assert "passed" in probe("acme/talk-large", "max_output").of("max_output")
    assert [(body["model"], body.get("max_completion_tokens"), "max_tokens" in body) for body in lying.requests] == [
        ("talk-9", 400, False), ("talk-9", 16, False),
    ]  # fmt: skip


def test_sound_is_held_against_the_format_that_was_asked_for(probe, lying, proofs):
    lying.says = lambda body: (200, b"ID3\x04 a sound") if body.get("response_format") in ("mp3", "flac") else None
    told = probe("openai/tts-1-hd", "format")
    assert (proofs()["format.mp3"], proofs()["format.flac"], proofs()["format.wav"]) == (True, False, True)
    assert "12 bytes of audio/mpeg, where audio/flac was asked for." in told.of("format.flac")


@pytest.mark.parametrize(("length", "passed"), [(1536, True), (768, False)])
def test_a_vector_is_held_against_its_stated_length(probe, lying, proofs, length, passed):
    data = [{"object": "embedding", "index": n, "embedding": [0.5] * length} for n in range(2)]
    lying.says = lambda body: (200, {"object": "list", "data": data, "usage": {"prompt_tokens": 3}})
    probe("orbit/embed", "dimensions")
    assert proofs()["dimensions"] is passed


def test_other_endpoints_are_asked_whether_they_answer(probe, lying, proofs):
    probe("orbit/paint")
    assert proofs() == {"answers.image": True}
