"""Run in a process of its own on the database of the killed processes: `python -m tests.faults.seed rows|drop_key`."""

import datetime
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection  # noqa: E402  settings first
from django.utils import timezone  # noqa: E402

from campaigns.models import CampaignHoliday  # noqa: E402
from inspections.models import Reminder  # noqa: E402
from tests.factories import CampaignFactory, DepartmentFactory, FindingFactory, MembershipFactory, UserFactory  # noqa: E402

CAMPAIGNS, FINDINGS, UNITS = 10, 5, 2  # 50 reminders, 20 mails
DAY = datetime.timedelta(days=1)


def rows():
    """Campaigns not running yet, each with findings due today and a liaison per unit; today is worked, whatever it is."""
    today = timezone.localdate()
    midnight = timezone.make_aware(datetime.datetime.combine(today + DAY, datetime.time()))
    for n in range(CAMPAIGNS):
        campaign = CampaignFactory(name=f"c{n}", stage="preparing", reminder_stages=[0], digest_at=datetime.time())
        for day in (today, today + DAY):
            CampaignHoliday.objects.create(campaign=campaign, on=day, name="值班", is_workday=True)
        units = [DepartmentFactory(parent=campaign.host) for _n in range(UNITS)]
        for unit in units:
            MembershipFactory(campaign=campaign, role="liaison", department=unit)
        for k in range(FINDINGS):
            FindingFactory(campaign=campaign, lead=units[k % UNITS], issued_at=midnight - 4 * DAY, due_on=today, due_at=midnight)
    clerk = UserFactory(username="clerk", password="")
    clerk.set_password("示范-口令-2026")
    clerk.save()
    MembershipFactory(user=clerk, campaign=campaign, role="leader")  # no line of the office in the mails that are counted


def drop_key():
    """The reminders' unique key goes: for the control, which must then see doubles."""
    (key,) = (key for key in Reminder._meta.constraints if key.name == "reminder_once")
    Reminder._meta.constraints.remove(key)  # SQLite makes the table anew from what the model says
    with connection.schema_editor() as editor:
        editor.remove_constraint(Reminder, key)


if __name__ == "__main__":
    {"rows": rows, "drop_key": drop_key}[sys.argv[1]]()
