"""One factory per model, no surprises inside. Names are invented."""

import datetime

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory as Factory

from accounts.models import Department, DepartmentGroup, User
from campaigns.models import Campaign, Membership, Participation, RankingGroup, StoredFile, WorkGroup
from checklists.models import Assignment, Checklist, Checkpoint, Duty, Evidence, Import, Item, Share, Standard
from inspections.models import (
    Finding,
    FindingAssignment,
    FindingDispute,
    FindingSpell,
    Precedent,
    ProblemKind,
    Round,
    Site,
    SiteKind,
)
from reports.models import Bulletin


class UserFactory(Factory):
    class Meta:
        model = User

    username = factory.Sequence("person{}".format)
    name = factory.Sequence("张示{}".format)
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.invalid")
    password = "!"


class DepartmentFactory(Factory):
    """parent=None makes a register of its own."""

    class Meta:
        model = Department

    parent = None
    name = factory.Sequence("示范{}局".format)
    position = factory.Sequence(int)
    path = factory.LazyAttributeSequence(
        lambda row, n: f"{row.parent.path if row.parent else ''}f{n + 1:05d}."
    )  # never one of make_department


class GroupFactory(Factory):
    class Meta:
        model = DepartmentGroup

    host = factory.SubFactory(DepartmentFactory)
    name = factory.Sequence("分组{}".format)


class CampaignFactory(Factory):
    class Meta:
        model = Campaign

    name = factory.Sequence("示范县创建活动{}".format)
    kind = "county"
    host = factory.SubFactory(DepartmentFactory, kind="region")
    cutoff_on = datetime.date(2026, 12, 31)
    office_name = "示范县创建办"
    headquarters_name = "示范县创建指挥部"
    bulletin_name = "示范县文明创建工作简报"


class RankingGroupFactory(Factory):
    class Meta:
        model = RankingGroup

    campaign = factory.SubFactory(CampaignFactory)
    name = factory.Sequence("第{}组".format)


class WorkGroupFactory(Factory):
    class Meta:
        model = WorkGroup

    campaign = factory.SubFactory(CampaignFactory)
    name = factory.Sequence("工作{}组".format)


class ParticipationFactory(Factory):
    class Meta:
        model = Participation

    campaign = factory.SubFactory(CampaignFactory)
    department = factory.LazyAttribute(lambda row: DepartmentFactory(parent=row.campaign.host))
    starts_on = datetime.date(2026, 1, 1)


class MembershipFactory(Factory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    campaign = factory.SubFactory(CampaignFactory)
    role = "office"
    starts_on = datetime.date(2026, 1, 1)


class StandardFactory(Factory):
    class Meta:
        model = Standard

    campaign = factory.SubFactory(CampaignFactory)
    name = "示范测评体系"
    status = "published"


def _next_path(standard, parent) -> str:
    """The place behind the last sibling, whatever made it: a sequence would meet the paths of a standard that was read."""
    last = Item.objects.filter(standard=standard, parent=parent).order_by("path").last()
    number = int(last.path.rstrip(".").rsplit(".", 1)[-1]) if last else 0
    return f"{parent.path if parent else ''}{number + 1:04d}."


class ItemFactory(Factory):
    class Meta:
        model = Item

    standard = factory.SubFactory(StandardFactory)
    parent = None
    path = factory.LazyAttribute(lambda row: _next_path(row.standard, row.parent))
    grade = "criterion"
    text = factory.Sequence("测评标准{}".format)
    is_leaf = True


class ChecklistFactory(Factory):
    class Meta:
        model = Checklist

    campaign = factory.SubFactory(CampaignFactory)
    standard = factory.SubFactory(StandardFactory, campaign=factory.SelfAttribute("..campaign"))
    name = "任务清单"


class DutyFactory(Factory):
    class Meta:
        model = Duty

    campaign = factory.SubFactory(CampaignFactory)
    checklist = factory.SubFactory(ChecklistFactory, campaign=factory.SelfAttribute("..campaign"))
    item = factory.SubFactory(ItemFactory, standard=factory.SelfAttribute("..checklist.standard"))
    text = factory.Sequence("工作任务{}".format)
    due_on = datetime.date(2026, 6, 30)
    position = factory.Sequence(int)


class AssignmentFactory(Factory):
    class Meta:
        model = Assignment

    campaign = factory.SelfAttribute("duty.campaign")
    duty = factory.SubFactory(DutyFactory)
    department = factory.LazyAttribute(lambda row: DepartmentFactory(parent=row.duty.campaign.host))
    is_lead = True
    status = "issued"
    starts_on = datetime.date(2026, 1, 1)


class CheckpointFactory(Factory):
    class Meta:
        model = Checkpoint

    assignment = factory.SubFactory(AssignmentFactory)
    status = "open"
    campaign = factory.SelfAttribute("assignment.campaign")
    department = factory.SelfAttribute("assignment.department")
    due_on = datetime.date(2026, 6, 30)
    due_at = factory.LazyAttribute(
        lambda row: timezone.make_aware(datetime.datetime.combine(row.due_on + datetime.timedelta(days=1), datetime.time()))
    )
    clock_due_at = factory.LazyAttribute(lambda row: row.due_at if row.status in ("open", "returned") else None)


class ShareFactory(Factory):
    """A part of a checkpoint handed to a section of its unit; name a person instead, or both."""

    class Meta:
        model = Share

    checkpoint = factory.SubFactory(CheckpointFactory)
    campaign = factory.LazyAttribute(lambda row: row.checkpoint.campaign)
    department = factory.LazyAttribute(lambda row: row.checkpoint.department)
    section = None
    person = None
    due_on = factory.LazyAttribute(lambda row: row.checkpoint.due_on)
    by = factory.SubFactory(UserFactory)


class EvidenceFactory(Factory):
    class Meta:
        model = Evidence

    campaign = factory.SubFactory(CampaignFactory)
    department = factory.LazyAttribute(lambda row: DepartmentFactory(parent=row.campaign.host))
    title = factory.Sequence("佐证{}".format)
    by = factory.SubFactory(UserFactory)


class StoredFileFactory(Factory):
    """A row without bytes."""

    class Meta:
        model = StoredFile

    campaign = factory.SubFactory(CampaignFactory)
    key = factory.Sequence("files/{}".format)
    name = factory.Sequence("表{}.xlsx".format)
    kind = "sheet"
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    size = 1
    sha256 = "0" * 64
    by = factory.SubFactory(UserFactory)


class ImportFactory(Factory):
    class Meta:
        model = Import

    campaign = factory.SubFactory(CampaignFactory)
    original = factory.SubFactory(StoredFileFactory, campaign=factory.SelfAttribute("..campaign"))
    by = factory.SubFactory(UserFactory)


class SiteKindFactory(Factory):
    class Meta:
        model = SiteKind

    host = factory.SubFactory(DepartmentFactory, kind="region")
    name = factory.Sequence("点位类别{}".format)


class SiteFactory(Factory):
    class Meta:
        model = Site

    kind = factory.SubFactory(SiteKindFactory)
    host = factory.SelfAttribute("kind.host")
    name = factory.Sequence("示范点位{}".format)


class RoundFactory(Factory):
    class Meta:
        model = Round

    campaign = factory.SubFactory(CampaignFactory)
    name = factory.Sequence("第{}轮督查".format)
    starts_on = datetime.date(2026, 3, 2)
    ends_on = datetime.date(2026, 12, 31)


class ProblemKindFactory(Factory):
    class Meta:
        model = ProblemKind

    campaign = factory.SubFactory(CampaignFactory)
    name = factory.Sequence("问题类别{}".format)


class FindingFactory(Factory):
    """A row in the named state as moves would have left it; lead=None makes an assignment-less draft."""

    class Meta:
        skip_postgeneration_save = True
        model = Finding

    campaign = factory.SubFactory(CampaignFactory)
    lead = factory.LazyAttribute(lambda row: DepartmentFactory(parent=row.campaign.host))
    found_by = factory.SubFactory(UserFactory)
    text = factory.Sequence("示例问题{}".format)
    place = "示范路"
    status = "issued"
    year = 2026
    no = factory.Sequence(lambda n: n + 1)
    issued_at = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
    due_on = datetime.date(2026, 3, 5)
    due_at = datetime.datetime(2026, 3, 5, 16, tzinfo=datetime.UTC)
    clock_due_at = factory.LazyAttribute(lambda row: row.due_at if row.status in ("issued", "accepted", "returned") else None)

    @factory.post_generation
    def assignment(row, create, extracted, **kwargs):
        if create and row.lead:
            FindingAssignment.objects.create(
                finding=row, department=row.lead, is_lead=True, starts_at=row.issued_at or row.found_at
            )

    @factory.post_generation
    def spell(row, create, extracted, **kwargs):
        """It has stood so since it was issued."""
        if create and row.status != "draft":
            facts = {name: getattr(row, name) for name in FindingSpell.COPIED}
            starts_at = row.issued_at or row.found_at
            FindingSpell.objects.create(campaign=row.campaign, finding=row, starts_at=starts_at, **facts)


class PrecedentFactory(Factory):
    """A rule in force for one kind of problem, from the ruling on an objection to a finding."""

    class Meta:
        model = Precedent

    campaign = factory.SubFactory(CampaignFactory)
    department = factory.LazyAttribute(lambda row: DepartmentFactory(parent=row.campaign.host))
    kind = factory.LazyAttribute(lambda row: ProblemKindFactory(campaign=row.campaign))
    words = factory.Sequence("示例裁定{}".format)
    ruled_on = datetime.date(2026, 11, 3)
    by = factory.SubFactory(UserFactory)

    @factory.lazy_attribute
    def finding_dispute(row):
        return FindingDispute.objects.create(
            campaign=row.campaign,
            finding=FindingFactory(campaign=row.campaign, lead=row.department, found_by=row.by),
            department=row.department,
            reason="非我职责",
            by=row.by,
            ruling="refused",
            ruled_by=row.by,
            ruled_at=datetime.datetime(2026, 11, 3, 9, tzinfo=datetime.UTC),
        )


class BulletinFactory(Factory):
    class Meta:
        model = Bulletin

    campaign = factory.SubFactory(CampaignFactory)
    monday = datetime.date(2026, 3, 2)
    title = "一周督查情况"
    drafted_by = factory.SubFactory(UserFactory)
