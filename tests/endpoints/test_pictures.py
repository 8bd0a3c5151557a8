"""What is special about image, image edit, detection and OCR."""

import base64
import struct
import zlib
from typing import Any

import pytest

from catalog.endpoints import detection, image, image_edit, ocr
from catalog.endpoints.answers import Refused
from catalog.endpoints.reading import boxes
from catalog.endpoints.sandbox import letters
from catalog.endpoints.sandbox.pictures import PNG, data_url, drawn, from_data_url, png, size
from catalog.endpoints.uploads import Upload

JPEG = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08\x00\x60\x00\xa0" + bytes(12)
GIF = b"GIF89a" + struct.pack("<HH", 160, 96)
# As ImageMagick (lossy, lossless) and Chromium (extended) begin them.
WEBPS = (
    b"RIFFt\0\0\0WEBPVP8 h\0\0\0\xd0\x06\0\x9d\x01\x2a\xa0\0\x60\0",
    b"RIFF\x22\0\0\0WEBPVP8L\x16\0\0\0\x2f\x9f\xc0\x17\0\x07\x10\xfd\x8f\xfe\x87",
    b"RIFFV\x02\0\0WEBPVP8X\n\0\0\0 \0\0\0\x9f\0\0_\0\0",
)


def pixels(content: bytes) -> tuple[int, int, int]:
    """Width and height that a PNG's header states, and the bytes of pixels that it really holds."""
    assert content.startswith(PNG) and content.endswith(b"IEND\xaeB`\x82")
    width, height = struct.unpack(">II", content[16:24])
    place = content.index(b"IDAT")
    length = struct.unpack(">I", content[place - 4 : place])[0]
    return width, height, len(zlib.decompress(content[place + 4 : place + 4 + length]))


@pytest.mark.parametrize("asked", ["256x256", "1024x1792", "10x2048"])
def test_a_picture_has_the_size_asked_for(asked):
    [content] = image.files(image.reply({"prompt": "A lighthouse", "size": asked}))
    width, height, held = pixels(content)
    assert f"{width}x{height}" == asked and held == (width + 1) * height


def test_n_pictures_differ():
    made = image.files(image.reply({"prompt": "A lighthouse", "n": 3}))
    assert len(set(made)) == len(made) == 3


@pytest.mark.parametrize("wanted", ["url", "b64_json"])
def test_bytes_and_addresses_carry_the_same_picture(wanted):
    answer = image.reply({"prompt": "A lighthouse", "response_format": wanted})
    assert list(answer["data"][0]) == [wanted]
    assert image.files(answer) == [drawn("A lighthouse 0", 256, 256)]


def test_an_address_elsewhere_is_shown_and_never_fetched():
    answer = {"data": [{"url": "https://x.example/a.png"}, {"url": "javascript:alert(1)"}, {"url": "file:///etc/passwd"}]}
    assert (image.view({}, answer), image.files(answer)) == ({"links": ["https://x.example/a.png"]}, [])


@pytest.mark.parametrize(
    ("more", "param"),
    [({"size": "0x0"}, "size"), ({"size": "4096x4096"}, "size"), ({"size": "2048x2048", "n": 10}, "n"), ({"n": 11}, "n")],
)
def test_too_many_pixels_are_refused(more, param):
    with pytest.raises(Refused) as refused:
        image.reply({"prompt": "A lighthouse"} | more)
    assert refused.value.param == param


def edited(content: bytes, **more: Any) -> tuple[int, int]:
    answer = image_edit.reply({"image": Upload("a", "", content), "prompt": "Evening"} | more)
    return pixels(image.files(answer)[0])[:2]


@pytest.mark.parametrize("content", [drawn("x", 160, 96), JPEG, GIF, *WEBPS])
def test_an_edit_keeps_the_size(content):
    assert edited(content) == (160, 96)


def test_an_edit_has_the_size_asked_for():
    assert edited(drawn("x", 160, 96), size="512x256") == (512, 256)


@pytest.mark.parametrize(("width", "height"), [(160, 96), (33, 900), (1, 1), (4000, 3)])
def test_boxes_lie_inside_the_picture(width, height):
    request = {"image": data_url(PNG + struct.pack(">I4sII", 13, b"IHDR", width, height))}
    answer = detection.reply(request)
    assert (answer["width"], answer["height"]) == (width, height)
    for found in answer["objects"]:
        box = found["box"]
        assert 0 <= box["xmin"] <= box["xmax"] <= width and 0 <= box["ymin"] <= box["ymax"] <= height
        assert 0 <= found["score"] <= 1


def test_threshold_leaves_out_the_unsure():
    scores = [row["score"] for row in detection.reply(detection.EXAMPLE | {"threshold": 0})["objects"]]
    assert scores == sorted(scores, reverse=True)
    assert len(detection.reply(detection.EXAMPLE | {"threshold": scores[0]})["objects"]) == 1


@pytest.mark.parametrize("box", [{"xmin": 10, "ymin": 20, "xmax": 30, "ymax": 60}, [10, 20, 30, 60]])
def test_boxes_are_drawn_in_both_spellings(box):
    shown = detection.view(detection.EXAMPLE, {"objects": [{"label": "tram", "score": 0.9, "box": box}]})
    assert shown["objects"][0]["rect"] == {"x": 10, "y": 20, "width": 20, "height": 40}


def test_one_label_has_one_colour():
    rows = [{"label": label, "score": 0.9, "box": [0, 0, 9, 9]} for label in ("tram", "dog", "tram")]
    assert [row["ink"] for row in detection.view(detection.EXAMPLE, {"objects": rows})["objects"]] == [1, 2, 1]


@pytest.mark.parametrize(("left", "top"), [(0, 0), (150, 90), (-20, -20), (80, 40)])
def test_names_of_boxes_stay_inside_the_picture(left, top):
    tag = boxes.tag("traffic light", left, top, 160, 96)
    assert tag["x"] >= 0 and tag["x"] + tag["width"] <= 160
    assert tag["y"] >= 0 and tag["y"] + tag["height"] <= 96


def test_picture_behind_an_address_is_not_fetched_and_not_drawn():
    request = {"image": "https://x.example/a.png"}
    shown = detection.view(request, detection.reply(request))
    assert shown["picture"] is None and len(shown["objects"]) == 3


SIGNS = "".join(map(chr, range(32, 127)))


@pytest.mark.parametrize("lines", [("Platform 7, 14:05",), (SIGNS[:48], SIGNS[48:]), ("  in", "", "and out"), ("~",)])
def test_ocr_reads_what_was_written(lines):
    answer = ocr.reply({"image": data_url(letters.written(lines))})
    assert answer["text"].split("\n") == [line.strip() for line in lines if line.strip()]


def test_ocr_does_not_guess_a_letter_that_is_smudged():
    page = letters.written(("ABC",))
    rows = [bytearray(row) for row in letters.unpacked(page)]
    for row in rows:
        row[letters.MARGIN + 1] = 1
    smudged = png(len(rows[0]), len(rows), [letters.WHITE, letters.BLACK], [bytes(row) for row in rows])
    assert ocr.reply({"image": data_url(smudged)})["text"] == "\N{REPLACEMENT CHARACTER}BC"


@pytest.mark.parametrize("content", [drawn("x", 160, 96), JPEG, GIF, PNG + bytes(200), b"RIFF1234WEBPVP9 " + bytes(40)])
def test_ocr_says_that_it_reads_no_other_picture(content):
    answer = ocr.reply({"image": data_url(content)})
    assert (answer["text"], answer["blocks"]) == (ocr.NOT_READ, [])


def test_damaged_pages_are_read_or_not_but_never_break():
    page = letters.written(("Total 29.40",))
    for place in range(len(page)):
        answer = ocr.reply({"image": data_url(page[:place] + bytes([page[place] ^ 0xFF]) + page[place + 1 :])})
        assert isinstance(answer["text"], str)
        assert isinstance(ocr.reply({"image": data_url(page[:place])})["text"], str)


def test_ocr_blocks_hold_the_text_line_by_line():
    answer = ocr.reply(ocr.EXAMPLE)
    assert answer["text"] == "\n".join(ocr.SAMPLE)
    assert "\n".join(block["text"] for block in answer["blocks"]) == ocr.output(answer)
    for block in answer["blocks"]:
        assert 0 <= block["box"]["ymin"] < block["box"]["ymax"] <= answer["height"]


@pytest.mark.parametrize("module", [detection, ocr])
@pytest.mark.parametrize(
    "url", ["data:image/png;base64,%%%", "data:image/svg+xml;base64,PHN2Zz4=", "data:text/html,x", "ftp://x"]
)
def test_what_is_no_picture_is_refused(module, url):
    with pytest.raises(Refused, match="image") as refused:
        module.reply({"image": url})
    assert refused.value.param == "image"


def test_a_data_url_gives_its_bytes_back():
    assert from_data_url(data_url(JPEG, "image/jpeg")) == JPEG and size(JPEG) == (160, 96)
    assert base64.b64encode(JPEG).decode() in data_url(JPEG)
