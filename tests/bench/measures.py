"""What is measured: list pages and API lists at two sizes beside their floor, a detail, a move, imports, the paper."""

import datetime
import io
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from accounts.models import User
from campaigns.models import Campaign, Membership
from campaigns.photos import read_photo
from campaigns.viewer import viewer_for
from checklists.actions.imports import save_standard, start_import
from checklists.sheets.grid import read_workbook
from checklists.sheets.standard import read_standard
from inspections.actions.findings import move_finding
from inspections.models import Finding, FindingAssignment, FindingFile
from reports.demo.building import build_demo
from reports.models import Bulletin
from reports.pdf import render_paper
from tests.bench.__main__ import LARGE, SMALL, Spent, in_turn, timed
from tests.bench.bare import bare_engine
from tests.bench.served import Browser
from tests.reports import papers

settings.ALLOWED_HOSTS = ["testserver"]
PLAIN = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


def run() -> Iterator[dict]:
    settings.STORAGES = settings.STORAGES | {"staticfiles": PLAIN}
    settings.SECURE_SSL_REDIRECT = False
    call_command("migrate", verbosity=0)
    began, used = time.monotonic(), time.process_time()
    campaign, *_others = build_demo(timezone.now())
    # No test bounds it: even the processor's own seconds double on a machine that is busy with other things.
    yield {
        "what": "demo",
        "seconds": round(time.monotonic() - began, 1),
        "processor_seconds": round(time.process_time() - used, 1),
    }
    office = Membership.objects.filter(campaign=campaign, role="office", ended_on=None).first().user
    browser = Browser(office)
    yield from lists(browser, campaign)
    yield from single(browser, campaign, office)
    yield from imports(campaign, office)
    yield from reading()
    yield from paper(campaign)


def fill(campaign: Campaign, count: int) -> None:
    """Findings up to `count`, copies of the demo's in all their states, with units, items and photos; nobody measures this."""
    known = Finding.objects.filter(campaign=campaign, lead__isnull=False).exclude(status="draft")
    known = list(known.prefetch_related("items", "files")[:100])
    number = Finding.objects.filter(campaign=campaign).count()
    copies = []  # (copy, of which)
    while number < count:
        number += 1
        model = known[number % len(known)]
        row = Finding(**{field.attname: getattr(model, field.attname) for field in Finding._meta.fields})
        row.pk, row.key, row.no, row.year = None, uuid.uuid4(), number + 100_000, 2026
        copies.append((row, model))
    Finding.objects.bulk_create([row for row, _model in copies], batch_size=500)
    units = [FindingAssignment(finding=row, department_id=row.lead_id, starts_at=row.found_at) for row, _model in copies]
    files = [FindingFile(finding=row, file_id=part.file_id) for row, model in copies for part in model.files.all()]
    items = [Finding.items.through(finding=row, item=item) for row, model in copies for item in model.items.all()]
    for parts in (units, files, items):
        type(parts[0]).objects.bulk_create(parts, batch_size=1000)


def lists(browser: Browser, campaign: Campaign) -> Iterator[dict]:
    """Both floors, page at the small size, page at the large size, in turn: what else the machine does slows all four."""
    addresses = {
        "finding list": reverse("finding_list", args=[campaign.pk]),
        "finding list, late": reverse("finding_list", args=[campaign.pk]) + "?view=late",
        "finding API": f"/api/v1/campaigns/{campaign.pk}/findings/",
        "office's start page": reverse("campaign_home", args=[campaign.pk]),
    }
    small, large = two_sizes(campaign)
    for name, address in addresses.items():
        render, floor = browser.floors(address)
        renders, floors, smalls, larges = in_turn(render, floor, at(small, browser, address), at(large, browser, address))
        yield {
            "what": name,
            "ms_1000": ms(median(spent.wall for spent in smalls)),
            "ms_20000": ms(median(spent.wall for spent in larges)),
            "floor_ms": ms(median(spent.wall for spent in floors)),
            "render_ms": ms(median(spent.wall for spent in renders)),
            "ratio": of_pairs(floors, larges, "wall"),
            "ratio_of_render": of_pairs(renders, larges, "wall"),
            "growth": of_pairs(larges, smalls, "wall"),
            "cpu_ratio": of_pairs(floors, larges, "cpu"),
            "cpu_growth": of_pairs(larges, smalls, "cpu"),
        }


def of_pairs(above: list[Spent], below: list[Spent], clock: str) -> float:
    """The median of one ÷ the other, turn by turn."""
    pairs = zip(above, below, strict=True)
    return round(median(getattr(one, clock) / getattr(other, clock) for one, other in pairs), 2)


def two_sizes(campaign: Campaign) -> tuple:
    """Connections to two files that differ in their findings; the large one stays the portal's."""
    fill(campaign, SMALL)
    small, large = connections["default"], connection.copy()
    large.settings_dict["NAME"] = Path(small.settings_dict["NAME"]).with_name("large.sqlite3")
    with small.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(large.settings_dict["NAME"])])
    connections["default"] = large
    fill(campaign, LARGE)
    return small, large


def at(database, browser: Browser, address: str):
    def act():
        connections["default"] = database
        browser.get(address)

    return act


def single(browser: Browser, campaign: Campaign, office: User) -> Iterator[dict]:
    finding = Finding.objects.filter(campaign=campaign, status="closed").order_by("pk").first()
    empty = reverse("feedback_new")
    head = Membership.objects.filter(campaign=campaign, role="head", ended_on=None).first().user
    unit = Browser(head)
    yield {"what": "signed-in page without a list", "ms": ms(timed(lambda: browser.get(empty)))}
    yield {"what": "finding", "ms": ms(timed(lambda: browser.get(finding.get_absolute_url())))}
    for name in ("campaign_home", "my_duties", "finding_list"):
        address = reverse(name, args=[campaign.pk])
        yield {"what": f"unit: {name}", "ms": ms(timed(lambda address=address: unit.get(address)))}
    by = viewer_for(office, campaign)
    running = iter(Finding.objects.filter(campaign=campaign, status="issued").order_by("pk")[:40])
    until = timezone.localdate() + datetime.timedelta(days=30)
    yield {"what": "one move", "ms": ms(timed(lambda: move_finding(next(running), move="park", by=by, plan="计划", until=until)))}


def imports(campaign: Campaign, office: User) -> Iterator[dict]:
    by = viewer_for(office, campaign)
    book = sheet_of(300)

    def take_in():
        with transaction.atomic():
            row = start_import(SimpleUploadedFile("体系.xlsx", book), by=by, kind="standard", name="测速")
            save_standard(row, by=by, version=row.version, is_checked=True)
            transaction.set_rollback(True)

    yield {"what": "import of 300 rows", "ms": ms(timed(take_in, runs=3))}


def reading() -> Iterator[dict]:
    """A sheet of 5,000 rows from its bytes to the tree with its doubts."""
    book = sheet_of(5000)
    yield {"what": "reading of 5,000 rows", "ms": ms(timed(lambda: read_standard(*read_workbook(book)), runs=3))}


def sheet_of(rows: int) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.append(["测评项目", "测评内容", "测评标准", "测评方法"])
    for number in range(rows):
        sheet.append([f"项目{number // 50}", f"内容{number // 5}", f"标准第{number}条", "材料审核"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def paper(campaign: Campaign) -> Iterator[dict]:
    """A four-page bulletin of ours beside the bare engine on the same HTML, with photos as the portal keeps them for print."""
    four_pages = papers.weekly(1)
    photos = {key: read_photo(papers.photo(key)).renditions["print"] for key in four_pages.photo_keys}
    ours = timed(lambda: render_paper(four_pages, photos=photos.get))
    bare, pages = bare_engine(four_pages, photos.get)
    theirs = timed(bare)
    yield {"what": "bulletin", "pages": pages, "ms": ms(ours), "bare_ms": ms(theirs), "times": round(ours / theirs, 2)}
    newest = Bulletin.objects.published().order_by("-published_at").first()
    yield {"what": "the demo's newest bulletin", "bytes": len(Path(settings.MEDIA_ROOT, newest.pdf).read_bytes())}


def ms(seconds: float) -> float:
    return round(1000 * seconds, 1)
