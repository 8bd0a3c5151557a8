"""What the printed snippet of each endpoint must show when it ran against the sandbox, in whichever language."""

import re
import wave
from pathlib import Path

HELLO = r"Hello! How can I help you today\?"
PNG = r'\d{3,} characters of base64|"b64_json":\s*"iVBORw0KGgo'
NUMBER = r"-?\d[\d.]*(e-\d+)?"
# JSON is printed raw by curl, as a dict by Python and as an object by Node: the quotes and blanks are each one's own.
SAID = {
    "chat": HELLO,
    "responses": HELLO,
    "messages": HELLO,
    "image": PNG,
    "image_edit": PNG,
    "video": r"https?://\S+/video\.mp4",
    "music": r"https?://\S+/music\.wav",
    "model_3d": r"https?://\S+/model\.glb",
    "transcription": r"This is the sandbox\. It heard [\d.]+ seconds of audio\.",
    "embedding": rf'(^2 |"embedding":\s*)\[\s*{NUMBER},\s*{NUMBER},',
    "rerank": rf"relevance_score\W+{NUMBER}",
    "moderation": rf"(?i)true[\s\S]*violence\W+{NUMBER}",
    "translation": r"\[French, by the sandbox\] The train leaves from platform 7\.",
    "classification": rf"label\W+positive\W+score\W+{NUMBER}",
    "detection": rf"label\W+\w+[\s\S]*xmin\W+{NUMBER}",
    "ocr": r"1 ticket to Groningen",
}


def fault(key: str, said: str, folder: Path) -> str:
    """What is wrong with what a snippet printed, or with the file that it left; blank where all is as it should be."""
    if key == "speech":
        return silent(folder)
    return "" if re.search(SAID[key], said) else f"It printed {said[-300:]!r}."


def silent(folder: Path) -> str:
    """Why a snippet left no speech that can be played, or blank. The sandbox makes WAV whatever the file is called."""
    for file in folder.glob("speech.*"):
        with wave.open(str(file)) as sound:
            return "" if sound.getnframes() > 4000 else f"{file.name} has no sound in it."
    return "It left no file."
