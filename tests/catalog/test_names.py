"""Every name that a kind or an endpoint has in the real lists means one of ours, or nothing on purpose."""

import json
from pathlib import Path

import pytest

from catalog.endpoints import ENDPOINTS
from catalog.names import endpoint, modality
from catalog.sources.kinds import kind_of

WILD = json.loads((Path(__file__).parent.parent / "data" / "names-in-the-wild.json").read_text("utf-8"))
NAMES = [pair for source in WILD if source not in ("about", "models.dev output") for pair in WILD[source].items()]


@pytest.mark.parametrize(("name", "meant"), NAMES)
def test_name_means_an_endpoint_of_ours_or_nothing(name, meant):
    assert endpoint(name) == meant
    assert modality(name) == (ENDPOINTS[meant].MODALITY if meant else None)


@pytest.mark.parametrize(("outputs", "kind"), WILD["models.dev output"].items())
def test_model_that_only_tells_its_output_has_a_kind(outputs, kind):
    assert kind_of("acme/any", ["text"], outputs.split()) == kind


@pytest.mark.parametrize("name", ["TTS", " tts ", "text_to_speech", "Text to Speech", "/audio/speech/", "/v1/audio/speech"])
def test_spelling_makes_no_difference(name):
    assert endpoint(name) == "speech"


def test_every_endpoint_is_known_by_its_key_badge_and_path():
    for key, module in ENDPOINTS.items():
        assert {endpoint(name) for name in (key, module.PATH, f"/v1{module.PATH}")} == {key}
        assert modality(module.BADGE) == module.MODALITY
