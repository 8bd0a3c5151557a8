import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('playground', '0004_run_left_out'),
    ]

    operations = [
        migrations.CreateModel(
            name='SandboxNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(help_text='Digest of what was done and to which.', max_length=64, unique=True)),
                ('times', models.PositiveIntegerField(default=0)),
                ('noted', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
        ),
    ]
