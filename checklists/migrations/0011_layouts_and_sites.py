import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0005_festivals"),
        ("checklists", "0010_docket_and_skips"),
    ]

    operations = [
        migrations.AlterField(
            model_name="import",
            name="kind",
            field=models.CharField(
                choices=[
                    ("standard", "standard"),
                    ("responsibilities", "responsibility table"),
                    ("people", "units and people"),
                    ("sites", "table of sites"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="ExportLayout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("table", "responsibility table"), ("progress", "work progress table")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=80, verbose_name="title")),
                (
                    "paper",
                    models.CharField(choices=[("A3", "A3"), ("A4", "A4")], default="A3", max_length=2, verbose_name="paper"),
                ),
                ("columns", models.JSONField(default=list)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="export_layouts", to="campaigns.campaign"
                    ),
                ),
                (
                    "checklist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="layouts", to="checklists.checklist"
                    ),
                ),
            ],
            options={
                "verbose_name": "layout of an export",
                "ordering": ["checklist", "kind"],
                "constraints": [models.UniqueConstraint(fields=("checklist", "kind"), name="export_layout_once")],
            },
        ),
    ]
