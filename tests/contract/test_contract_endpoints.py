"""A module of the registry is whole, and one that is half added fails and says what it lacks."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from endpoint_contract import REQUIRED, shortcomings

from catalog.endpoints import BY_PATH, ENDPOINTS, MODULES, can_run, known, native, speech, streams
from catalog.vocabulary import MODALITIES


def changed(module, **changes) -> SimpleNamespace:
    """A module with some names changed, and those that are None taken away."""
    return SimpleNamespace(**{name: value for name, value in (vars(module) | changes).items() if value is not None})


@pytest.mark.parametrize("key", ENDPOINTS)
def test_endpoint_is_whole(key):
    assert shortcomings(key, ENDPOINTS[key]) == []


@pytest.mark.parametrize("name", REQUIRED)
def test_module_without_a_required_name_fails(name):
    assert shortcomings("speech", changed(speech, **{name: None})) == [f"speech lacks {name}."]


@pytest.mark.parametrize(
    ("key", "endpoint", "changes", "said"),
    [
        ("speech", "speech", {"PATH": "/audio/talk"}, "PATH '/audio/talk' is in no document"),
        ("speech", "speech", {"BADGE": " "}, "BADGE is no text"),
        ("speech", "speech", {"MODALITY": "smell"}, "MODALITY 'smell'"),
        ("speech", "speech", {"METERS": ("sniffs",)}, "METERS ('sniffs',)"),
        ("smell", "speech", {}, "has no templates/playground/smell.html"),
        ("speech", "speech", {"EXAMPLE": {"voice": "VOICE"}}, "EXAMPLE does not fit PARAMETERS: 'input' is a required"),
        ("speech", "speech", {"QUICKSTART": {"input": "Hi", "voice": "VOICE", "pitch": 1}}, "QUICKSTART does not fit"),
        ("speech", "speech", {"PARAMETERS": (*speech.PARAMETERS, speech.PARAMETERS[0])}, "input is declared twice"),
        ("speech", "speech", {"PARAMETERS": (replace(speech.PARAMETERS[0], kind="smell"),)}, "of the kind 'smell'"),
        ("speech", "speech", {"PARAMETERS": (replace(speech.PARAMETERS[0], label=""),)}, "has no label"),
        ("image_edit", "image_edit", {"REQUEST_TYPE": None}, "image is a file"),
        ("image_edit", "image_edit", {"call": None}, "REQUEST_TYPE needs call"),
        ("chat", "chat", {"whole": None}, "delta needs whole"),
        ("chat", "chat", {"SDK": {"method": "chat.completions.create", "fields": ()}}, "SDK lacks python."),
        ("rerank", "rerank", {"ALTERNATIVES": (("sniffs",),)}, "ALTERNATIVES name ['sniffs']"),
        ("speech", "speech", {"RESPONSE_TYPE": "application/json"}, "reply gives audio/wav"),
        ("video", "video", {"reply": lambda body: {"url": "x"}}, "reply gives no job"),
        ("speech", "speech", {"usage": lambda *_: {"images": 1}}, "usage counts images"),
    ],
)
def test_half_added_module_fails_and_says_why(key, endpoint, changes, said):
    assert said in shortcomings(key, changed(ENDPOINTS[endpoint], **changes))[0]


def test_every_modality_has_an_endpoint_of_its_name():
    assert [native(modality) for modality in MODALITIES] == [[modality] for modality in MODALITIES]


def test_every_endpoint_has_its_own_path_and_label():
    assert len(MODULES) == len(ENDPOINTS) == len(BY_PATH) == len({module.LABEL for module in MODULES}) == 17


@pytest.mark.parametrize("name", [None, "", "nonsense", "tts", "audio-tts", "text"])
def test_unknown_kind_has_no_endpoint(name):
    assert (native(name), known([name]), can_run(name), streams(name)) == ([], [], False, False)
