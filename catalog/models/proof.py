"""What models showed when they were asked on this gateway."""

from django.db import models
from django.utils import timezone

from catalog.models.model import Model


class Proof(models.Model):
    """The latest answer of one model, behind one gateway, to one little question of `manage.py probe`."""

    model = models.ForeignKey(Model, models.CASCADE, related_name="proofs")
    ability = models.CharField(max_length=30, help_text="What was asked for: answers.chat, streaming, tools, json_schema, …")
    gateway = models.CharField(max_length=500, blank=True, help_text="Address of the gateway that was asked; blank: the sandbox.")
    passed = models.BooleanField()
    at = models.DateTimeField(default=timezone.now)
    run = models.UUIDField(null=True, blank=True, help_text="Id of the run that asked; its record goes as other runs do.")
    request = models.TextField(help_text="The body that was sent.")
    response = models.TextField(blank=True, help_text="The body that came back, its first part where it is long.")
    reason = models.TextField(blank=True, help_text="What in the answer shows it, or what was missing.")
    first_token_ms = models.PositiveIntegerField(null=True, blank=True)
    tokens_per_second = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["model", "ability"]
        constraints = [models.UniqueConstraint(fields=["model", "ability", "gateway"], name="one_proof_an_ability")]

    def __str__(self) -> str:
        return f"{self.model_id} {self.ability}: {'verified' if self.passed else 'failed'}"
