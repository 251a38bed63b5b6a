"""What stands between the code and a first request: static files, migrations, the demo's rows or the first link."""

import hashlib
import os
import sys
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import connection, transaction

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    collect_static()
    if "--static-only" in sys.argv:  # building the image: there is no database yet
        return
    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_holidays", verbosity=0)  # an update may bring the days off of another year
    if settings.DEMO:
        fill_demo()
    elif not apps.get_model("accounts", "User").objects.exists() and "first_link" in get_commands():
        print("首次使用，请打开这个链接设置管理员 / first start, open this link to become the keeper:", flush=True)
        call_command("first_link")


def collect_static() -> None:
    stamp, wanted = Path(settings.STATIC_ROOT) / ".stamp", _static_fingerprint()
    if settings.DEBUG or (stamp.exists() and stamp.read_text() == wanted):
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(wanted)


def fill_demo() -> None:
    """One transaction: a start that is broken off leaves no half of a demo behind."""
    if apps.get_model("campaigns", "Campaign").objects.exists() or "demo" not in get_commands():
        return
    print("正在生成演示数据，约需一分钟 / making the demo's data, about a minute", flush=True)
    with transaction.atomic():
        call_command("demo", verbosity=0)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # what was filled at one go is planned for as if it were empty until its rows are counted


def _static_fingerprint() -> str:
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for folder in settings.STATICFILES_DIRS:
        for path in sorted(path for path in Path(folder).rglob("*") if path.is_file()):
            digest.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
