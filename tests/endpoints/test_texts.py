"""What is special about embedding, rerank, moderation, translation and classification."""

import base64
import itertools
import struct
import time
from typing import Any

import pytest

from catalog.endpoints import classification, embedding, moderation, rerank, translation
from catalog.endpoints.answers import Refused

NEAR = [
    ("a cat on a mat", "cats on mats", "tax law"),
    ("The train leaves from platform 7.", "Trains leave from platform 9.", "Bake the bread for an hour."),
    ("How do I reset my password?", "password reset", "What is the weather in Utrecht?"),
    ("Der Zug fährt heute nicht.", "Fährt der Zug heute?", "Das Brot ist frisch."),
]


def vectors(*texts: str, **more: Any) -> list[Any]:
    return [row["embedding"] for row in embedding.reply({"input": list(texts)} | more)["data"]]


def likeness(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def test_equal_texts_have_equal_vectors():
    first, second, third = vectors("a cat", "a dog", "a cat")
    assert first == third != second


@pytest.mark.parametrize(("text", "similar", "other"), NEAR)
def test_similar_texts_are_nearer(text, similar, other):
    here, near, far = vectors(text, similar, other)
    assert likeness(here, near) > likeness(here, far) + 0.1


@pytest.mark.parametrize("length", [1, 8, 256, 4096])
def test_a_vector_has_the_dimensions_asked_for_and_length_1(length):
    [found] = vectors("a cat on a mat", dimensions=length)
    assert len(found) == length and likeness(found, found) == pytest.approx(1, abs=1e-5)


def test_base64_holds_the_same_numbers():
    [plain], [packed] = vectors("a cat", dimensions=16), vectors("a cat", dimensions=16, encoding_format="base64")
    assert struct.unpack("<16f", base64.b64decode(packed)) == pytest.approx(plain)


@pytest.mark.parametrize("encoding", ["float", "base64"])
def test_matrix_is_the_same_for_both_encodings(encoding):
    request = {"input": ["a cat", "a cat", "zebra"], "encoding_format": encoding}
    shown = embedding.view(request, embedding.reply(request))
    _, row = shown["matrix"][0]
    assert [round(value, 4) for value, _ in row[:2]] == [1, 1]
    assert [warmth for _, warmth in row] == [5, 5, 0]


def test_matrix_of_many_texts_shows_the_first():
    request = {"input": [f"text {n}" for n in range(2048)]}
    answer = embedding.reply(request)
    start = time.monotonic()
    shown = embedding.view(request, answer)
    assert time.monotonic() - start < 2
    assert (len(shown["matrix"]), shown["count"], shown["more"]) == (24, 2048, True)


DOCUMENTS = ["The museum opens at ten.", "Bread is baked at night.", "Trains to Utrecht leave from platform 7.", "Tax law"]


def test_the_obvious_document_comes_first():
    for query, best in [("Which trains go to Utrecht?", 2), ("When does the museum open?", 0), ("tax law", 3)]:
        results = rerank.reply({"query": query, "documents": DOCUMENTS})["results"]
        assert results[0]["index"] == best


def test_ranks_are_sorted_and_complete():
    results = rerank.reply({"query": "trains", "documents": DOCUMENTS})["results"]
    scores = [row["relevance_score"] for row in results]
    assert scores == sorted(scores, reverse=True) and all(0 <= score <= 1 for score in scores)
    assert sorted(row["index"] for row in results) == [0, 1, 2, 3]


@pytest.mark.parametrize(("top", "given"), [(1, 1), (3, 3), (9, 4), (None, 4)])
def test_top_n_bounds_the_ranks(top, given):
    assert len(rerank.reply({"query": "trains", "documents": DOCUMENTS, "top_n": top})["results"]) == given


def test_documents_may_be_objects_and_are_shown_as_texts():
    request = {"query": "tax law", "documents": [{"text": "bread"}, {"text": "tax law"}]}
    shown = rerank.view(request, rerank.reply(request))
    assert [(place, text) for place, text, _ in shown["ranked"]] == [(2, "tax law"), (1, "bread")]


@pytest.mark.parametrize(
    ("text", "flagged"),
    [("I will kill you", {"violence"}), ("You idiot", {"harassment"}), ("a bomb", {"illicit/violent"}), ("Good day", set())],
)
def test_moderation_flags_by_category(text, flagged):
    [found] = moderation.reply({"input": text})["results"]
    assert {name for name, on in found["categories"].items() if on} == flagged
    assert found["flagged"] is bool(flagged)
    assert found["category_scores"].keys() == found["categories"].keys() == moderation.CATEGORIES.keys()


def test_every_moderated_text_is_shown():
    request = {"input": ["Good day", "You idiot"]}
    shown = moderation.view(request, moderation.reply(request))
    assert [row["flagged"] for row in shown["results"]] == [False, True]
    assert shown["results"][1]["bars"][0][0] == "harassment"


@pytest.mark.parametrize(("target", "name"), [("fr", "French"), ("PT-br", "Portuguese"), ("tlh", "tlh")])
def test_translation_names_the_language_and_keeps_the_text(target, name):
    answer = translation.reply({"text": "Platform 7", "target_lang": target})
    assert name in translation.output(answer) and "Platform 7" in translation.output(answer)
    assert translation.usage({"text": "Platform 7"}, answer) == {"characters": 10}


def test_classification_uses_the_labels_given():
    labels = ["travel", "cooking", "law"]
    results = classification.reply({"input": "A law about travel by law", "labels": labels})["results"]
    assert results[0]["label"] == "law" and {row["label"] for row in results} == set(labels)
    assert sum(row["score"] for row in results) == pytest.approx(1, abs=1e-4)
    assert all(a["score"] >= b["score"] for a, b in itertools.pairwise(results))


@pytest.mark.parametrize(("text", "label"), [("The staff were kind", "positive"), ("Late and dirty", "negative")])
def test_classification_has_labels_of_its_own(text, label):
    assert classification.reply({"input": text})["results"][0]["label"] == label


@pytest.mark.parametrize(
    ("module", "body", "param"),
    [
        (embedding, {"input": ["x"] * 2049}, "input"), (embedding, {"input": "x", "dimensions": 5000}, "dimensions"),
        (embedding, {"input": "x", "encoding_format": "hex"}, "encoding_format"),
        (rerank, {"query": "x", "documents": ["y"] * 1001}, "documents"),
        (classification, {"input": "x", "labels": [str(n) for n in range(101)]}, "labels"),
        (translation, {"text": "x" * 20_001, "target_lang": "fr"}, "text"),
    ],
)  # fmt: skip
def test_too_much_is_refused_naming_the_limit(module, body, param):
    with pytest.raises(Refused, match=r"\d|one of") as refused:
        module.reply(body)
    assert refused.value.param == param
