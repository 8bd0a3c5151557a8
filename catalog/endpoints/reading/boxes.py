"""Boxes on a picture, as gateways answer them and as SVG draws them: in pixels from the upper left."""

from typing import Any

from catalog.endpoints.answers import is_figure
from catalog.endpoints.sandbox.pictures import from_data_url, size

SIDES = ("xmin", "ymin", "xmax", "ymax")
INKS = 6  # colours of boxes; see `.boxes` in the stylesheet
MOST_LETTERS = 20  # of the name on a box; the table under the picture has it whole
LETTER = 1 / 34  # of the picture's width: pictures are shown at one width, whatever their own


def shown(request: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    """The picture where the request held it, else None, and its size as its bytes or the answer tell it."""
    image = request.get("image")
    content = from_data_url(image) if isinstance(image, str) else None
    measured = (size(content) if content else None) or (response.get("width"), response.get("height"))
    return {"picture": image if content and is_sized(measured) else None, "size": measured}


def is_sized(measured: tuple[Any, Any]) -> bool:
    return all(is_figure(side) and side > 0 for side in measured)


def drawable(box: Any, name: str, measured: tuple[Any, Any]) -> dict[str, Any]:
    """A box, with `rect` and `tag` as SVG wants them, None where it cannot be read or there is nothing to draw on."""
    if isinstance(box, list) and len(box) == len(SIDES):
        box = dict(zip(SIDES, box, strict=True))
    sides: list[Any] = [box.get(side) for side in SIDES] if isinstance(box, dict) else [None]
    if not is_sized(measured) or not all(map(is_figure, sides)):
        return {"box": box, "rect": None, "tag": None}
    left, top, right, bottom = sides
    rect = {"x": left, "y": top, "width": max(0, right - left), "height": max(0, bottom - top)}
    return {"box": box, "rect": rect, "tag": tag(name[:MOST_LETTERS], left, top, *measured)}


def tag(name: str, left: float, top: float, width: float, height: float) -> dict[str, Any]:
    """The name on a box: on its upper edge, or below that where the picture has no room above.

    A letter of the fixed-width face is 0.6 of its size.
    """
    letter = width * LETTER
    wide, high = letter * (0.6 * len(name) + 0.6), letter * 1.4
    x = max(0.0, min(left, width - wide))
    y = top - high if top >= high else max(0.0, min(top, height - high))
    place = {"x": x, "y": y, "width": wide, "height": high}
    return place | {"text": name, "letter": letter, "at": x + 0.3 * letter, "line": y + letter}
