"""What is measured: list pages and API lists at two sizes beside their floor, a detail, a move, imports, the paper."""

import datetime
import io
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.template.loader import get_template
from django.test import Client
from django.test.utils import setup_test_environment
from django.urls import resolve, reverse
from django.utils import timezone
from openpyxl import Workbook
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from accounts.models import User
from campaigns.models import Campaign, Membership
from campaigns.viewer import viewer_for
from checklists.actions.imports import save_standard, start_import
from inspections.actions.findings import move_finding
from inspections.models import Finding, FindingAssignment
from reports.demo.building import build_demo
from reports.models import Bulletin
from reports.pdf import render_paper
from tests.bench.__main__ import LARGE, SMALL, timed
from tests.bench.bare import bare_engine
from tests.reports import papers

settings.ALLOWED_HOSTS = ["testserver"]
PLAIN = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


def run() -> Iterator[dict]:
    settings.STORAGES = settings.STORAGES | {"staticfiles": PLAIN}
    settings.SECURE_SSL_REDIRECT = False
    setup_test_environment()
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
    client = Client()
    client.force_login(office)
    yield from lists(client, campaign, office)
    yield from single(client, campaign, office)
    yield from imports(campaign, office)
    yield from paper(campaign)


def fill(campaign: Campaign, count: int) -> None:
    """Findings up to `count`, copies of the demo's in all their states; bulk, as nobody measures this."""
    known = list(Finding.objects.filter(campaign=campaign, lead__isnull=False).exclude(status="draft")[:100])
    number = Finding.objects.filter(campaign=campaign).count()
    rows = []
    while number < count:
        number += 1
        row = Finding.objects.none().model(
            **{f.attname: getattr(known[number % len(known)], f.attname) for f in Finding._meta.fields}
        )
        row.pk, row.key, row.no, row.year = None, uuid.uuid4(), number + 100_000, 2026
        rows.append(row)
    rows = Finding.objects.bulk_create(rows, batch_size=500)
    parts = [FindingAssignment(finding=row, department_id=row.lead_id, starts_at=row.issued_at or timezone.now()) for row in rows]
    FindingAssignment.objects.bulk_create(parts, batch_size=1000)


def lists(client: Client, campaign: Campaign, office: User) -> Iterator[dict]:
    addresses = {
        "finding list": reverse("finding_list", args=[campaign.pk]),
        "finding list, late": reverse("finding_list", args=[campaign.pk]) + "?view=late",
        "finding API": f"/api/v1/campaigns/{campaign.pk}/findings/",
        "office's start page": reverse("campaign_home", args=[campaign.pk]),
    }
    times: dict[str, dict[int, float]] = {name: {} for name in addresses}
    for size in (SMALL, LARGE):
        fill(campaign, size)
        for name, address in addresses.items():
            times[name][size] = timed(lambda address=address: must_be_ok(client.get(address)))
    for name, address in addresses.items():
        floor = timed(floor_of(client, address))
        small, large = times[name][SMALL], times[name][LARGE]
        yield {
            "what": name,
            "ms_1000": ms(small),
            "ms_20000": ms(large),
            "floor_ms": ms(floor),
            "ratio": round(floor / large, 2),
            "growth": round(large / small, 2),
        }


def floor_of(client: Client, address: str):
    """A function that renders once more what the answer was made of, without a database."""
    answer = client.get(address)
    if "json" in answer["Content-Type"]:
        return serializer_of(answer)
    name = answer.templates[0].name
    context = {}
    for layer in reversed(list(answer.context)):
        for part in layer.dicts if hasattr(layer, "dicts") else [layer]:
            context |= part
    context = {key: value for key, value in context.items() if key not in ("True", "False", "None", "block", "forloop")}
    template = get_template(name)
    return lambda: template.render(context, request=answer.wsgi_request)


def serializer_of(answer):
    """The API list's own serializer over its ready rows."""
    view = resolve(answer.wsgi_request.path).func.cls()
    view.request, view.format_kwarg, view.action = Request(answer.wsgi_request), None, "list"
    rows = list(view.get_queryset()[:50])
    must_be_full(view.get_serializer(rows, many=True).data)  # what hangs on the rows is read now
    return lambda: JSONRenderer().render(view.get_serializer(rows, many=True).data)


def single(client: Client, campaign: Campaign, office: User) -> Iterator[dict]:
    finding = Finding.objects.filter(campaign=campaign, status="closed").order_by("pk").first()
    empty = reverse("feedback_new")
    head = Membership.objects.filter(campaign=campaign, role="head", ended_on=None).first().user
    unit = Client()
    unit.force_login(head)
    yield {"what": "signed-in page without a list", "ms": ms(timed(lambda: must_be_ok(client.get(empty))))}
    yield {"what": "finding", "ms": ms(timed(lambda: must_be_ok(client.get(finding.get_absolute_url()))))}
    for name in ("campaign_home", "my_duties"):
        address = reverse(name, args=[campaign.pk])
        yield {"what": f"unit: {name}", "ms": ms(timed(lambda address=address: must_be_ok(unit.get(address))))}
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
    """A four-page bulletin of ours beside the bare engine on the same HTML."""
    four_pages = papers.weekly(1)
    ours = timed(lambda: render_paper(four_pages, photos=papers.photo))
    bare, pages = bare_engine(four_pages, papers.photo)
    theirs = timed(bare)
    yield {"what": "bulletin", "pages": pages, "ms": ms(ours), "bare_ms": ms(theirs), "times": round(ours / theirs, 2)}
    newest = Bulletin.objects.published().order_by("-published_at").first()
    yield {"what": "the demo's newest bulletin", "bytes": len(Path(settings.MEDIA_ROOT, newest.pdf).read_bytes())}


def must_be_ok(answer):
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.status_code} instead of 200")


def ms(seconds: float) -> float:
    return round(1000 * seconds, 1)


def must_be_full(rows) -> None:
    if not rows:
        raise RuntimeError("no rows to measure")
