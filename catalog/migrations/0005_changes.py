import django.utils.timezone
from django.db import migrations, models
from django.db.models.functions import TruncDate


def days(apps, schema_editor) -> None:
    """Until now a price's change had the day from which the price holds in place of its moment."""
    prices = apps.get_model("catalog", "Change").objects.filter(field__startswith="price.")
    prices.update(valid_from=TruncDate("at"))


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0004_sources_imports_proofs"),
    ]

    operations = [
        migrations.AddField(
            model_name="change",
            name="valid_from",
            field=models.DateField(
                blank=True, help_text="Of a price: the first day on which the new state holds.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="change",
            name="at",
            field=models.DateTimeField(db_index=True, default=django.utils.timezone.now, help_text="When it was recorded."),
        ),
        migrations.RunPython(days, migrations.RunPython.noop),
    ]
