"""Transcription: `POST /audio/transcriptions`. Facts only: it cannot be tried here yet."""

MODALITY = "transcription"
LABEL = "Transcription"
BADGE = "stt"
PATH = "/audio/transcriptions"
SUMMARY = "An audio file in, its words out."
METERS = ("audio_minutes", "audio_input_tokens", "input_tokens", "output_tokens", "requests")
