"""What is kept here under a model's slug when the catalog makes two models one."""

from playground.models import Preset, Run


def follow(gone: str, kept: str) -> dict[str, int]:
    """Runs are found under the model that stays; what was sent and shared stays as it was."""
    return {
        "runs": Run.objects.filter(model=gone).update(model=kept),
        "presets": Preset.objects.filter(model=gone).update(model=kept),
    }
