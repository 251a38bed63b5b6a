from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checklists", "0011_layouts_and_sites")]

    operations = [
        migrations.AddField(
            model_name="checkpoint",
            name="skip_asked_in",
            field=models.CharField(
                blank=True,
                choices=[
                    ("open", "to be handed in"),
                    ("submitted", "to be checked"),
                    ("returned", "returned"),
                    ("approved", "approved"),
                    ("not_needed", "not applicable"),
                    ("asked", "asked not to hold it"),
                    ("skipped", "not held this time"),
                ],
                max_length=10,
            ),
        ),
    ]
