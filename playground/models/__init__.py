"""Tables of the playground. Keys never reach them."""

from playground.models.notes import Bucket, Process, SandboxNote
from playground.models.presets import Preset
from playground.models.probes import Probe
from playground.models.runs import STATES, Artifact, Run, RunGroup
from playground.models.shares import Share, SharedFile

__all__ = ["STATES", "Artifact", "Bucket", "Preset", "Probe", "Process", "Run", "RunGroup", "SandboxNote", "Share", "SharedFile"]
