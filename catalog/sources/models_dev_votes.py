"""What hosts agree on of a model that its maker does not list itself at models.dev. Each host's facts are a vote."""

from collections import Counter
from typing import Any

MEDIA = ("text", "image", "audio", "video", "pdf")
TAKEN = {"vision": "image", "audio_in": "audio", "pdf": "pdf"}
UNANIMOUS = ("context_window", "max_output")  # hosts cut these to their hardware: two must agree and none dissent
PLURAL = ("released", "family", "open_weights", "knowledge_cutoff", "input_kinds", "output_kinds")


def agreed(votes: list[dict[str, Any]]) -> dict[str, Any]:
    """The facts of a model out of what its hosts say: the first host's name for it, and else what most of them say."""
    made: dict[str, Any] = {"name": votes[0]["name"], "modality": votes[0]["modality"]}
    for field in (*PLURAL, *UNANIMOUS):
        said = Counter(repr(vote[field]) for vote in votes if field in vote).most_common(2)
        tied = len(said) == 2 and said[0][1] == said[1][1]
        doubtful = field in UNANIMOUS and said and (len(said) == 2 or said[0][1] < 2)
        if said and not tied and not doubtful:
            made[field] = next(vote[field] for vote in votes if repr(vote.get(field)) == said[0][0])
    if not made.get("open_weights"):
        made.pop("open_weights", None)  # many hosts leave it at false
    shared = _shared([vote.get("capabilities", {}) for vote in votes])
    taken = made.get("input_kinds", MEDIA)  # one host's picture is not what most of them say
    shared = {capability: True for capability in shared if capability not in TAKEN or TAKEN[capability] in taken}
    return made | ({"capabilities": shared} if shared else {})


def _shared(stated: list[dict[str, bool]]) -> dict[str, bool]:
    """What no host denies. A denial, or reading PDF files, is the host's doing and says nothing of the model."""
    keys = sorted({key for one in stated for key in one} - {"pdf"})
    return {key: True for key in keys if all(one.get(key, True) for one in stated)}
