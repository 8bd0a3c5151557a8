from datetime import UTC, datetime, time

from django.db import migrations, models


def day_to_hour(apps, schema_editor):
    """A day's use goes to its first hour. Nobody noted whether it was the gateway's or the sandbox's."""
    usage = apps.get_model("catalog", "Usage")
    for row in usage.objects.iterator():
        row.hour = datetime.combine(row.day, time(), UTC)
        row.save(update_fields=["hour"])


def hour_to_day(apps, schema_editor):
    """Back, a day has one row for each model: what its hours and sources have together."""
    usage, days = apps.get_model("catalog", "Usage"), {}
    for row in usage.objects.order_by("hour"):
        first = days.setdefault((row.model_id, row.hour.date()), row)
        if first is not row:
            for name in ("requests", "tokens", "spend"):
                setattr(first, name, getattr(first, name) + getattr(row, name))
            row.delete()
    for (_, day), row in days.items():
        row.day = day
        row.save(update_fields=["day", "requests", "tokens", "spend"])


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_bundle_digest")]

    operations = [
        migrations.AddField("usage", "hour", models.DateTimeField(null=True)),
        migrations.AlterField("usage", "day", models.DateField(null=True)),  # on the way back it is filled after it is there
        migrations.RunPython(day_to_hour, hour_to_day),
        migrations.AlterModelOptions("usage", options={"ordering": ["-hour"]}),
        migrations.RemoveConstraint("usage", "one_usage_row_a_day"),
        migrations.RemoveField("usage", "day"),
        migrations.AlterField("usage", "hour", models.DateTimeField(db_index=True, help_text="Its beginning, UTC.")),
        migrations.AddField(
            "usage",
            "source",
            models.CharField(
                choices=[("gateway", "The gateway"), ("sandbox", "The built-in sandbox"), ("either", "Not told apart")],
                default="either",
                max_length=10,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "usage",
            "errors",
            models.PositiveBigIntegerField(
                default=0, help_text="Requests that failed, not by their own fault."
            ),
        ),
        migrations.AddField(
            "usage", "priced", models.PositiveBigIntegerField(default=0, help_text="Requests whose cost is known.")
        ),
        migrations.AddField(
            "usage",
            "timed_tokens",
            models.PositiveBigIntegerField(default=0, help_text="Output tokens of whole answers that took a known time."),
        ),
        migrations.AddField("usage", "timed_ms", models.PositiveBigIntegerField(default=0, help_text="That time.")),
        migrations.AddField(
            "usage", "streams", models.PositiveBigIntegerField(default=0, help_text="Answers whose first token has a known time.")
        ),
        migrations.AddField(
            "usage", "first_token_ms", models.PositiveBigIntegerField(default=0, help_text="Those times together.")
        ),
        migrations.AlterField(
            "usage",
            "spend",
            models.DecimalField(decimal_places=8, default=0, help_text="US dollars at list price.", max_digits=18),
        ),
        migrations.AddConstraint(
            "usage", models.UniqueConstraint(fields=("model", "hour", "source"), name="one_usage_row_an_hour")
        ),
    ]
