import bandeng.ground.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="WrongTry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=bandeng.ground.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.BinaryField(max_length=16)),
                ("at", models.DateTimeField(db_index=True)),
            ],
            options={
                "indexes": [models.Index(fields=["key", "at"], name="wrong_try_key")],
            },
        ),
    ]
