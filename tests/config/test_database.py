"""What a connection to PostgreSQL asks for."""

import subprocess

import pytest
from django.db import connection

from tests.processes import PYTHON, ROOT, environment

ASK = "from config.settings import DATABASES; print(DATABASES['default'].get('OPTIONS', {}).get('options'))"


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_long_join_is_read_in_the_order_written():
    with connection.cursor() as cursor:
        cursor.execute("SHOW join_collapse_limit")
        assert cursor.fetchone() == ("4",)


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("", "-c join_collapse_limit=4"),
        ("?sslmode=disable", "-c join_collapse_limit=4"),
        ("?options=-c%20join_collapse_limit=8", "-c join_collapse_limit=8"),
        ("?options=", "None"),
    ],
)
def test_the_address_of_the_database_may_say_otherwise(tmp_path, query, options):
    values = environment(tmp_path, DATABASE_URL=f"postgres://portal@127.0.0.1/portal{query}")
    told = subprocess.run([PYTHON, "-c", ASK], cwd=ROOT, env=values, capture_output=True, text=True, timeout=60)

    assert told.stdout.strip() == options
