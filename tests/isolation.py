"""One small world in which every wall can be seen: who is on which side of it is told by tests/access.py.

Two campaigns on one host, a unit campaign beneath it, a unit with a section, a supporting unit, a person with roles in
two campaigns, one who is office and head at once, an ended membership, a covert round, and a row of every model in every
state that changes who may read it. Rows are known by short labels.
"""

import datetime
import io
from dataclasses import dataclass, field

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.models import Event
from campaigns.files import store_upload
from campaigns.models import CampaignHoliday, Festival, PlanStage
from campaigns.viewer import viewer_for
from checklists.actions.imports import start_import
from checklists.models import (
    BulkAct,
    Bundle,
    CalendarFeed,
    Claim,
    Dispute,
    EvidenceFile,
    EvidenceLink,
    ExportLayout,
    Package,
    Upload,
)
from inspections.models import (
    Extension,
    FindingAssignment,
    FindingDispute,
    FindingFile,
    FindingSpell,
    LimitRule,
    Rectification,
    Reminder,
)
from notices.models import Notice
from reports.taking import take_facts
from tests import factories as make
from tests.checklists.sheet_maker import (
    ledger_workbook,
    people_workbook,
    responsibility_workbook,
    sites_workbook,
    standard_workbook,
)

DAY = datetime.date(2026, 3, 2)
NOW = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
# Label of a viewer -> (person, campaign). Most people are seen in the main campaign.
ELSEWHERE = {
    "twice_sister": ("twice", "sister"),
    "sister": ("sister", "sister"),
    "unit_office": ("unit_office", "unit"),
    "unit_head": ("unit_head", "unit"),
}
MEMBERS = {  # in the main campaign: role, unit
    "office": [("office", None)],
    "inspector": [("inspector", None)],
    "covert": [("inspector", None)],
    "leader": [("leader", None)],
    "head": [("head", "bureau")],
    "liaison": [("liaison", "bureau")],
    "section": [("head", "section")],
    "supporter": [("head", "support")],
    "neighbour": [("head", "neighbour")],
    "both": [("office", None), ("head", "bureau")],
    "twice": [("liaison", "neighbour")],
}
WITHOUT_ROLE = ["ended", "later", "keeper", "stranger"]
VIEWERS = [*MEMBERS, *ELSEWHERE, *WITHOUT_ROLE]


@dataclass
class World:
    """rows: model -> label -> row; people: label -> user; viewers: label -> Viewer."""

    campaigns: dict = field(default_factory=dict)
    items: dict = field(default_factory=dict)
    units: dict = field(default_factory=dict)
    people: dict = field(default_factory=dict)
    viewers: dict = field(default_factory=dict)
    rows: dict = field(default_factory=dict)

    def keep(self, label, row):
        """File the row under its model and label."""
        self.rows.setdefault(type(row), {})[label] = row
        return row

    def of(self, name):
        """label -> row of the model of this name."""
        return next(rows for model, rows in self.rows.items() if model.__name__ == name)

    def __getitem__(self, key):
        """world["Finding", "issued"]"""
        name, label = key
        return self.of(name)[label]

    def labels(self, model, rows):
        """The labels of these rows of the model."""
        names = {row.pk: label for label, row in self.rows[model].items()}
        return {names.get(row.pk, f"unknown {row.pk}") for row in rows}


# Text in which a row can be recognised wherever it is shown: model -> field.
MARKED = {
    "Finding": "text",
    "Rectification": "text",
    "Extension": "reason",
    "FindingDispute": "reason",
    "Evidence": "title",
    "Checkpoint": "note",
    "Dispute": "reason",
    "Share": "text",
    "Claim": "note",
    "Precedent": "words",
    "Round": "name",
    "Site": "name",
    "Bulletin": "title",
    "Standard": "name",
    "Duty": "text",
    "WorkGroup": "name",
}


def build() -> World:
    world = World()
    _units(world)
    _campaigns(world)
    _people(world)
    for label in VIEWERS:
        person, campaign = ELSEWHERE.get(label, (label, "main"))
        world.viewers[label] = viewer_for(world.people[person], world.campaigns[campaign])
    _settings(world)
    _standards(world)
    _duties(world)
    _proof(world)
    _places(world)
    _findings(world)
    _children(world)
    _rules(world)
    _papers(world)
    for model, rows in world.rows.items():
        for label, row in rows.items():
            if model.__name__ in MARKED:
                setattr(row, MARKED[model.__name__], f"【{model.__name__}:{label}】")
                row.save(update_fields=[MARKED[model.__name__]])
    for label in ("inspector", "covert"):
        world.people[label].name = f"【User:{label}】"
        world.people[label].save()
    Event.objects.exclude(pk__in=[row.pk for row in world.of("Event").values()]).delete()  # of the acts above
    return world


def _units(world):
    host = make.DepartmentFactory(name="示范区", kind="region")
    bureau = make.DepartmentFactory(name="城管局", parent=host)
    school = make.DepartmentFactory(name="示范一中", parent=host)
    rows = {
        "host": host,
        "bureau": bureau,
        "section": make.DepartmentFactory(name="市容科", parent=bureau, kind="section"),
        "support": make.DepartmentFactory(name="公安分局", parent=host),
        "neighbour": make.DepartmentFactory(name="东街道", parent=host, kind="town"),
        "school": school,
        "class": make.DepartmentFactory(name="德育处", parent=school, kind="section"),
        "far": make.DepartmentFactory(name="邻区", kind="region"),
    }
    world.units = {label: world.keep(label, row) for label, row in rows.items()}
    world.keep("host", make.GroupFactory(host=host, name="各街道"))
    world.keep("school", make.GroupFactory(host=school, name="各处室"))


def _campaigns(world):
    host = world.units["host"]
    world.campaigns = {
        "main": make.CampaignFactory(host=host, name="文明区创建", asks_filing=True),
        "sister": make.CampaignFactory(host=host, name="未成年人创建"),
        "unit": make.CampaignFactory(host=world.units["school"], kind="unit", name="文明校园创建"),
    }
    for label, campaign in world.campaigns.items():
        world.keep(label, campaign)


def _people(world):
    for label in [*MEMBERS, "sister", "unit_office", "unit_head", *WITHOUT_ROLE]:
        keeper = label == "keeper"
        world.people[label] = make.UserFactory(username=label, is_superuser=keeper, is_staff=keeper)
        world.keep(label, make_notice(world.people[label], label))

    def join(label, campaign, role, unit=None, **spell):
        unit = world.units[unit] if unit else None
        row = make.MembershipFactory(
            user=world.people[label], campaign=world.campaigns[campaign], role=role, department=unit, **spell
        )
        here = "" if campaign == "main" else f"@{campaign}"
        world.keep(f"{label}{here}" if role != "head" or label != "both" else "both_head", row)

    for label, roles in MEMBERS.items():
        for role, unit in roles:
            join(label, "main", role, unit)
    join("twice", "sister", "office")
    join("sister", "sister", "office")
    join("unit_office", "unit", "office")
    join("unit_head", "unit", "head", "class")
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    join("ended", "main", "office", ended_on=yesterday)
    join("later", "main", "office", starts_on=yesterday + datetime.timedelta(days=30))


def make_notice(user, label):
    return Notice.objects.create(user=user, kind="duty.issued", key=f"isolation:{label}", text="下达任务", url="/")


def _settings(world):
    for label, campaign in world.campaigns.items():
        world.keep(label, make.RankingGroupFactory(campaign=campaign))
        world.keep(label, make.WorkGroupFactory(campaign=campaign))
        world.keep(label, CampaignHoliday.objects.create(campaign=campaign, on=DAY, name="校庆"))
        world.keep(label, Festival.objects.create(campaign=campaign, year=2026, on=DAY, name="植树节"))
        kind = world.keep(label, make.ProblemKindFactory(campaign=campaign))
        world.keep(label, LimitRule.objects.create(campaign=campaign, kind=kind, severity="ordinary"))
        world.keep(label, Event.objects.create(verb="campaign.edit", subject="x", subject_id=1, campaign_id=campaign.pk))
    main = world.campaigns["main"]
    for label in ("bureau", "section", "support", "neighbour"):
        world.keep(label, make.ParticipationFactory(campaign=main, department=world.units[label]))
    gone = make.ParticipationFactory(campaign=main, department=world.units["school"], ended_on=datetime.date(2026, 1, 31))
    world.keep("gone", gone)
    world.keep("sister", make.ParticipationFactory(campaign=world.campaigns["sister"], department=world.units["bureau"]))
    world.keep("unit", make.ParticipationFactory(campaign=world.campaigns["unit"], department=world.units["class"]))


def _standards(world):
    main, sister, unit = (world.campaigns[name] for name in ("main", "sister", "unit"))
    world.keep("adopted", make.StandardFactory(campaign=main))
    world.keep("draft", make.StandardFactory(campaign=main, status="draft"))
    world.keep("sister", make.StandardFactory(campaign=sister))
    world.keep("sister_draft", make.StandardFactory(campaign=sister, status="draft"))
    world.keep("unit", make.StandardFactory(campaign=unit))
    for label, campaign, standard in (("main", main, "adopted"), ("sister", sister, "sister"), ("unit", unit, "unit")):
        standard = world["Standard", standard]
        checklist = world.keep(label, make.ChecklistFactory(campaign=campaign, standard=standard))
        item = world.keep(label, make.ItemFactory(standard=standard))
        for kind, end in IMPORTS.items():
            world.keep(f"{label}{end}", _import(world, campaign, checklist, kind))
        world.items[label] = item
    draft = world["Standard", "draft"]
    world.keep("draft", make.ItemFactory(standard=draft))
    # A published edition after the adopted one, and a sheet that would be the next.
    newer = world.keep("newer", make.StandardFactory(campaign=main, follows=world["Standard", "adopted"]))
    make.ItemFactory(standard=newer)
    world.keep("next", _import(world, main, None, "standard", follows=world["Standard", "adopted"]))


IMPORTS = {"standard": "", "responsibilities": "_table", "people": "_people", "sites": "_sites", "ledger": "_ledger"}


def _import(world, campaign, checklist, kind, follows=None):
    """As the office of the campaign uploads it: a workbook of our own wording."""
    person = {"main": "office", "sister": "sister", "unit": "unit_office"}
    person = world.people[next(person[label] for label, row in world.campaigns.items() if row == campaign)]
    bodies = {"standard": standard_workbook, "responsibilities": responsibility_workbook, "people": people_workbook}
    bodies |= {"sites": sites_workbook, "ledger": ledger_workbook}
    upload = SimpleUploadedFile("表.xlsx", bodies[kind]())
    return start_import(upload, by=viewer_for(person, campaign), kind=kind, checklist=checklist, follows=follows)


def stored(campaign, person):
    """A kept photo."""
    body = io.BytesIO()
    Image.new("RGB", (8, 8), "grey").save(body, "JPEG")
    return store_upload(SimpleUploadedFile("现场.jpg", body.getvalue()), campaign=campaign, by=person)


def _duties(world):
    """One task led by the bureau and supported; one of its section's; a draft; one objected to; one nobody leads."""
    main, checklists = world.campaigns["main"], world.of("Checklist")
    for label in ("led", "section", "draft", "disputed", "free"):
        world.keep(label, make.DutyFactory(campaign=main, checklist=checklists["main"], item=world.items["main"]))
    for label in ("sister", "unit"):
        campaign = world.campaigns[label]
        world.keep(label, make.DutyFactory(campaign=campaign, checklist=checklists[label], item=world.items[label]))
    parts = {
        "lead": ("led", "bureau", True, "accepted"),
        "support": ("led", "support", False, "issued"),
        "section": ("section", "section", True, "issued"),
        "draft": ("draft", "bureau", True, "draft"),
        "ended": ("led", "neighbour", True, "ended"),
        "disputed": ("disputed", "neighbour", True, "disputed"),
        "sister": ("sister", "bureau", True, "issued"),
        "unit": ("unit", "class", True, "issued"),
    }
    for label, (duty, unit, is_lead, status) in parts.items():
        row = make.AssignmentFactory(
            duty=world["Duty", duty],
            department=world.units[unit],
            is_lead=is_lead,
            status=status,
            ended_on=DAY if status == "ended" else None,
        )
        world.keep(label, row)
        if status != "draft":
            world.keep(label, make.CheckpointFactory(assignment=row))
    handed_in = make.CheckpointFactory(
        assignment=world["Assignment", "lead"], status="submitted", title="二季度", submitted_at=NOW
    )
    world.keep("handed_in", handed_in)
    people, units = world.people, world.units
    shares = {
        "to_section": ("lead", {"section": units["section"]}),
        "to_person": ("lead", {"person": people["liaison"]}),
        "taken_back": ("lead", {"section": units["section"], "status": "ended"}),
        "supporting": ("support", {"person": people["supporter"]}),
        "sister": ("sister", {"section": units["section"]}),
        "unit": ("unit", {"person": people["unit_head"]}),
    }
    for label, (checkpoint, more) in shares.items():
        more = more | {"by": people["head"]}
        world.keep(label, make.ShareFactory(checkpoint=world["Checkpoint", checkpoint], **more))
    neighbour, person = world.units["neighbour"], world.people["neighbour"]
    objection = {"campaign": main, "department": neighbour, "reason": "不属我辖区", "by": person}
    row = world.keep("open", Dispute.objects.create(assignment=world["Assignment", "disputed"], **objection))
    row.visit_photos.add(world.keep("visit", stored(main, people["office"])))
    world.keep("main", BulkAct.objects.create(campaign=main, act="limit", by=person))
    for label, campaign in world.campaigns.items():
        world.keep(label, PlanStage.objects.create(campaign=campaign, name="收集", days=5))
        world.keep(label, ExportLayout.objects.create(campaign=campaign, checklist=world["Checklist", label], kind="table"))
    feeds = {"unit": {"department": world["Department", "bureau"]}, "person": {"user": person}}
    for label, whose in feeds.items():
        world.keep(label, CalendarFeed.objects.create(campaign=main, by=person, **whose))
    world.keep("open", Claim.objects.create(campaign=main, duty=world["Duty", "free"], department=neighbour, by=person))


def _proof(world):
    main, sister = world.campaigns["main"], world.campaigns["sister"]

    def proof(label, campaign, unit, checkpoint=None, ended_at=None):
        person = world.people["supporter" if unit == "support" else "head"]
        row = world.keep(label, make.EvidenceFactory(campaign=campaign, department=world.units[unit], by=person))
        world.keep(label, EvidenceFile.objects.create(evidence=row, file=stored(campaign, person)))
        if checkpoint:
            checkpoint = world["Checkpoint", checkpoint]
            EvidenceLink.objects.create(evidence=row, checkpoint=checkpoint, by=person, ended_at=ended_at)

    def sent(label, person, campaign, unit):
        """An upload, a bundle and a package of the unit."""
        by, at = world.people[person], NOW
        facts = {"campaign": campaign, "by": by, "at": at}
        world.keep(label, Upload.objects.create(name="a.jpg", size=9, **facts))
        world.keep(label, Bundle.objects.create(department=world.units[unit], entries=[], **facts))
        checklist = world["Checklist", "main" if campaign == main else "sister"]
        file = default_storage.save("isolation/package", ContentFile(b"PK"))
        made = {"checklist": checklist, "file": file, **facts}
        world.keep(label, Package.objects.create(department=world.units[unit], **made))
        world.keep(f"all_{label}", Package.objects.create(**made))

    sent("head", "head", main, "bureau")
    sent("neighbour", "neighbour", main, "neighbour")
    sent("sister", "sister", sister, "bureau")
    proof("own", main, "bureau")
    proof("supporting", main, "support", "support")
    proof("taken_off", main, "support", "handed_in", ended_at=NOW)
    proof("neighbour", main, "neighbour")
    proof("shared", sister, "bureau", "lead")
    proof("sister", sister, "bureau", "sister")
    proof("unit", world.campaigns["unit"], "class", "unit")


def _places(world):
    host, school, far = (world.units[name] for name in ("host", "school", "far"))
    plain = world.keep("host", make.SiteKindFactory(host=host))
    lined = world.keep("lined", make.SiteKindFactory(host=host, line=world.units["support"]))
    world.keep("school", make.SiteKindFactory(host=school))
    world.keep("far", make.SiteKindFactory(host=far))
    world.keep("street", make.SiteFactory(kind=plain, territory=world.units["neighbour"]))
    world.keep("line", make.SiteFactory(kind=plain, line=world.units["bureau"]))
    world.keep("kind_line", make.SiteFactory(kind=lined))
    world.keep("school", make.SiteFactory(kind=world["SiteKind", "school"]))
    world.keep("far", make.SiteFactory(kind=world["SiteKind", "far"]))


def _findings(world):
    main, units, people = world.campaigns["main"], world.units, world.people
    rounds = {
        "overt": make.RoundFactory(campaign=main),
        "covert": make.RoundFactory(campaign=main, is_covert=True),
        "sister": make.RoundFactory(campaign=world.campaigns["sister"]),
    }
    rounds["overt"].inspectors.set([people["inspector"]])
    rounds["covert"].inspectors.set([people["covert"]])
    for label, row in rounds.items():
        world.keep(label, row)
    unissued = {"issued_at": None, "no": None, "year": None, "due_on": None, "due_at": None, "clock_due_at": None}
    table = {  # round, lead, status, who found it, other facts
        "draft": ("overt", "bureau", "draft", "inspector", unissued),
        "issued": ("overt", "bureau", "issued", "inspector", {}),
        "answered": ("overt", "bureau", "submitted", "inspector", {"submitted_at": NOW, "clock_stopped_at": NOW}),
        "section": ("overt", "section", "accepted", "inspector", {}),
        "covert_draft": ("covert", "neighbour", "draft", "covert", unissued),
        "covert_issued": ("covert", "neighbour", "issued", "covert", {}),
        "moved": (None, "support", "issued", "office", {}),
        "disputed": (None, "neighbour", "disputed", "office", {"clock_stopped_at": NOW}),
        "no_unit": (None, None, "draft", "inspector", unissued),
        "on_the_spot": ("overt", "bureau", "closed", "inspector", unissued),
        "void_draft": (None, "bureau", "void", "office", unissued),
    }
    for label, (round_, lead, status, finder, facts) in table.items():
        row = make.FindingFactory(
            campaign=main,
            round=rounds.get(round_),
            lead=units[lead] if lead else None,
            status=status,
            found_by=people[finder],
            **facts,
        )
        world.keep(label, row)
    sister = make.FindingFactory(campaign=world.campaigns["sister"], lead=units["bureau"], round=rounds["sister"])
    world.keep("sister", sister)
    support = {"is_lead": False, "department": units["support"]}
    FindingAssignment.objects.create(finding=world["Finding", "issued"], **support)
    left = {"department": units["neighbour"], "starts_at": NOW, "ended_at": NOW}
    FindingAssignment.objects.create(finding=world["Finding", "moved"], **left)


# Findings that have each kind of child: the child is seen where its finding is.
CHILDREN = {
    FindingAssignment: ["draft", "issued", "answered", "section", "covert_draft", "covert_issued", "moved", "disputed"]
    + ["on_the_spot", "void_draft", "sister"],
    FindingSpell: ["issued", "answered", "section", "covert_issued", "moved", "disputed", "on_the_spot", "void_draft", "sister"],
    FindingFile: ["draft", "issued", "covert_draft", "covert_issued", "moved", "on_the_spot", "sister"],
    Rectification: ["answered", "moved", "sister"],
    Extension: ["issued", "moved", "covert_issued", "sister"],
    FindingDispute: ["disputed", "moved", "sister"],
}


def _children(world):
    for label, finding in world.of("Finding").items():
        campaign, unit, person = finding.campaign, finding.lead, finding.found_by
        if label in CHILDREN[FindingFile]:
            file = world.keep(label, stored(campaign, person))
            world.keep(label, FindingFile.objects.create(finding=finding, file=file))
        if label in CHILDREN[Rectification]:
            answer = Rectification.objects.create(finding=finding, round_no=1, department=unit, text="已清理", by=person)
            world.keep(label, answer)
        asked = {"campaign": campaign, "finding": finding, "department": unit, "by": person, "reason": "施工"}
        if label in CHILDREN[Extension]:
            row = Extension.objects.create(proposed_on=DAY + datetime.timedelta(days=9), old_due_on=DAY, **asked)
            world.keep(label, row)
        if label in CHILDREN[FindingDispute]:
            row = world.keep(label, FindingDispute.objects.create(**asked))
            row.visit_photos.add(world.keep(f"visit_{label}", stored(campaign, person)))
        if label in ("issued", "sister"):
            facts = {"round_no": 1, "due_on": DAY, "stage": 0, "on": DAY, "department": unit}
            world.keep(label, Reminder.objects.create(campaign=campaign, subject="finding", object_id=finding.pk, **facts))


def _rules(world):
    """Rulings kept as rules: for the neighbour, for the bureau, one of the sister campaign."""
    for label, campaign, unit in (("main", "main", "neighbour"), ("own", "main", "bureau"), ("sister", "sister", "bureau")):
        kind = world["ProblemKind", campaign]
        facts = {"campaign": world.campaigns[campaign], "department": world.units[unit], "kind": kind}
        ruling = world["FindingDispute", "sister" if campaign == "sister" else "moved"]
        world.keep(label, make.PrecedentFactory(by=world.people["office"], finding_dispute=ruling, **facts))


def _papers(world):
    main, person = world.campaigns["main"], world.people["office"]
    facts = take_facts(main, monday=DAY, now=NOW)
    facts = {"figures": facts, "figures_at": NOW}
    published = {"status": "published", "year": 2026, "pdf": default_storage.save("isolation/paper", ContentFile(b"%PDF-1.4"))}
    world.keep("draft", make.BulletinFactory(campaign=main, **facts))  # by somebody who has left: the office reviews it
    facts["drafted_by"] = person
    signed = {"status": "signed", "signature": stored(main, person), "signed_name": "李示"}
    world.keep("signed", make.BulletinFactory(campaign=main, **facts, **signed))
    world.keep("published", make.BulletinFactory(campaign=main, no=1, total_no=1, **facts, **published))
    limited = world.keep("limited", make.BulletinFactory(campaign=main, no=2, total_no=2, **facts, **published))
    limited.pdf = ""  # published a moment ago, not printed yet
    limited.save()
    limited.receivers.set([world.units["bureau"]])
    sister = make.BulletinFactory(campaign=world.campaigns["sister"], no=1, total_no=1, **facts, **published)
    world.keep("sister", sister)
