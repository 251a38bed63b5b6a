"""A campaign that files material, an item with a rule, a unit that leads it: what the tests of filing begin with."""

import datetime
import io
import random
from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from campaigns.files import store_upload
from checklists.actions.evidence import make_evidence
from checklists.models import Checkpoint, Duty, Item, WantedProof
from tests.conftest import viewer
from tests.factories import AssignmentFactory, CampaignFactory, ChecklistFactory, CheckpointFactory, ItemFactory

DAY = datetime.date(2026, 3, 5)
NOW = datetime.datetime(2026, 3, 23, 2, tzinfo=datetime.UTC)
SIX = {"place": "三楼", "people": "职工", "subject": "诚信", "background": "年度计划", "occasion": "第三期"}


def noise(name="一.jpg", seed=1, size=(1000, 800)):
    """A photo large enough to print: noise does not shrink."""
    data = io.BytesIO()
    pixels = random.Random(seed).randbytes(size[0] * size[1])  # noqa: S311  a picture, no secret
    Image.frombytes("L", size, pixels).save(data, "JPEG", quality=20)
    return SimpleUploadedFile(name, data.getvalue(), "image/jpeg")


@dataclass
class Case:
    checkpoint: Checkpoint
    item: Item
    duty: Duty

    @property
    def campaign(self):
        return self.checkpoint.campaign

    @property
    def checklist(self):
        return self.duty.checklist

    @property
    def unit(self):
        return self.checkpoint.department


def material_case(*, rules=(("photo", {}),), checklist=None, is_filing=True, **duty):
    """An accepted task with one open checkpoint; rules: kind and facts of WantedProof rows of its item."""
    if checklist is None:
        campaign = CampaignFactory(kind="unit", asks_filing=is_filing, assessment_from=datetime.date(2026, 9, 1))
        checklist = ChecklistFactory(campaign=campaign)
    project = checklist.standard.items.filter(parent=None).first() or ItemFactory(
        standard=checklist.standard, path="0001.", grade="project", text="组织领导", is_leaf=False
    )
    number = checklist.standard.items.count()
    item = ItemFactory(
        standard=checklist.standard,
        parent=project,
        path=f"0001.{number:04d}.",
        grade="criterion",
        text=f"条目{number}",
        is_leaf=True,
    )
    for kind, facts in rules:
        WantedProof.objects.create(item=item, kind=kind, **facts)
    assignment = AssignmentFactory(
        duty__campaign=checklist.campaign, duty__checklist=checklist, duty__item=item, status="accepted", **duty
    )
    checkpoint = CheckpointFactory(assignment=assignment)
    return Case(checkpoint, item, assignment.duty)


def head_of(case):
    return viewer(case.campaign, head_of=case.unit)


def add_photo(case, *, by, upload=None, **facts):
    file = store_upload(upload or noise(), campaign=case.campaign, by=by)
    values = {"title": "讲堂", "event_on": DAY, **SIX, **facts}
    return make_evidence(case.unit, by=by, files=[file], checkpoint=case.checkpoint, at=NOW, **values)
