"""What a visitor sees of a stream while it comes: all of it but the key."""

import pytest

from gateway.masking import Mask
from playground.running.live import WITHHELD, Live, Piece

KEY = "sk-test-0123456789abcdef"


def shown(*pairs: tuple[str, str]) -> list[Piece]:
    """What is handed out of reads that bring `(text, reasoning)`."""
    live = Live(Mask(KEY))
    pieces = [live.piece(text, thought, f"data: {text}{thought}\n\n", at) for at, (text, thought) in enumerate(pairs)]
    rest = live.rest(len(pairs))
    return [*pieces, rest] if rest else pieces


def test_ordinary_reads_are_handed_out_at_once():
    assert shown(("these tasks", ""), ("", "ask")) == [
        Piece("these tasks", "", "data: these tasks\n\n", 0), Piece("", "ask", "data: ask\n\n", 1),
    ]  # fmt: skip


@pytest.mark.parametrize("place", [0, 1])
def test_a_key_in_pieces_is_in_no_piece(place):
    parts = ["Well, ", KEY[:7], KEY[7:12], f"{KEY[12:]}.", " Bye"]
    found = shown(*((part, "") if place == 0 else ("", part) for part in parts))
    assert "".join(piece[place] for piece in found) == "Well, ****. Bye"
    assert "".join(piece.raw for piece in found) == f"data: Well, \n\n{WITHHELD}data:  Bye\n\n"


def test_what_only_begins_like_the_key_is_handed_out_in_the_end():
    found = shown(("sk-te", ""), ("a", ""), ("sk-te", ""))
    assert "".join(piece.text for piece in found) == "sk-teask-te"
    assert "".join(piece.raw for piece in found) == "data: sk-te\n\ndata: a\n\ndata: sk-te\n\n"
