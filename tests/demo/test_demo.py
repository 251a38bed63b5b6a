"""The demo as the one command fills it, on a copy of its database: its sizes, its states, its newest paper."""

import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connections
from django.db.models import Case, DateTimeField, F, Value, When
from django.db.models.functions import Coalesce
from django.test import override_settings
from django.utils import timezone

from accounts.models import Event, User
from campaigns.calendars import calendar_of
from campaigns.demo_doors import demo_people
from campaigns.models import Campaign, Participation
from campaigns.viewer import viewer_for
from checklists.carrying import differences_of
from checklists.models import Assignment, Bundle, Checkpoint, Claim, Dispute, Duty, Evidence, Import, Share, Standard
from config.settings import env
from inspections.defaults import KINDS
from inspections.models import Extension, Finding, FindingDispute, FindingSpell, Rectification, Reminder, Round, Site, SiteKind
from inspections.proposals import KindWords, propose_kind
from reports import home
from reports.actions import render
from reports.demo.county import WEEKS
from reports.demo.places import PROBLEMS
from reports.models import Bulletin
from tests.reports.printed import MM, lines_of, pages_of, rules_of

pytestmark = pytest.mark.django_db  # each test in a transaction on the copy


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "data"


@pytest.fixture(autouse=True)
def demo_files(own_files, settings, files):
    """The demo's files stay where they were made."""
    settings.MEDIA_ROOT = files / "files"


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, demo_portal, files):
    """name -> campaign, with the copy as the default database."""
    empty = connections["default"]
    with (
        django_db_blocker.unblock(),
        demo_portal.copied(files, "demo") as told,
        override_settings(MEDIA_ROOT=files / "files"),
    ):
        place = env.db_url_config(told.get("DATABASE_URL", f"sqlite:///{files / 'portal.sqlite3'}"))
        connections["default"] = type(empty)(empty.settings_dict | place)
        yield {campaign.kind: campaign for campaign in Campaign.objects.all()}
        connections["default"].close()
        connections["default"] = empty


def grades(campaign):
    items = apps.get_model("checklists", "Item").objects.filter(standard__checklists__campaign=campaign)
    return Counter(items.values_list("grade", flat=True))


def test_the_county_has_the_size_of_a_real_one(demo):
    county = demo["county"]

    assert grades(county) == {"project": 7, "content": 58, "criterion": 118}
    assert Participation.objects.filter(campaign=county).count() == 40
    assert Site.objects.filter(host=county.host).count() == 60
    assert SiteKind.objects.filter(host=county.host).count() == 12
    assert Counter(county.bulletins.values_list("status", flat=True)) == {"published": 3, "reviewed": 1, "draft": 1}
    weeks = {timezone.localtime(at).isocalendar()[:2] for at in county.findings.values_list("found_at", flat=True)}
    assert len(weeks) >= 5


def test_the_items_of_the_county_have_rules_and_a_draft_edition_shows_every_kind_of_change(demo):
    items = apps.get_model("checklists", "Item").objects.filter(standard__checklists__campaign=demo["county"], is_leaf=True)
    draft = demo["county"].standards.get(status="draft")

    assert set(items.values_list("scoring", flat=True)) == {"grade", "deduct", "figure", "conform"}
    assert items.filter(is_veto=True).exists() and items.filter(wanted__isnull=False).exists()
    found = {kind for one in differences_of(draft.follows, draft) for kind in one.kinds}
    assert found == {"same", "added", "dropped", "moved", "split", "merged", "reworded", "points"}


def test_the_unit_and_the_city_have_theirs(demo):
    assert grades(demo["unit"]) == {"project": 15, "criterion": 43}
    assert demo["unit"].duties.count() == 67
    assert demo["unit"].host.children.count() == 8
    assert demo["unit"].host.path.startswith(demo["county"].host.path)
    assert sorted(demo["city"].checklists.values_list("kind", flat=True)) == ["main", "minors"]
    assert demo["city"].host.children.filter(kind="region").count() == 2


@pytest.mark.parametrize(
    ("model", "field"),
    [(Finding, "status"), (Checkpoint, "status"), (Dispute, "ruling"), (FindingDispute, "ruling"), (Claim, "ruling")],
)
def test_every_state_is_there(demo, model, field):
    missing = {"refused"} if model is Claim else set()
    expected = set(dict(model._meta.get_field(field).choices))

    assert set(model.objects.values_list(field, flat=True)) >= expected - missing


def test_assignments_and_extensions_stand_in_many_states(demo):
    assert set(Assignment.objects.values_list("status", flat=True)) >= {"issued", "accepted", "done", "disputed", "ended"}
    assert set(Extension.objects.values_list("ruling", flat=True)) >= {"open", "granted", "refused"}
    assert Duty.objects.filter(campaign=demo["county"]).without_lead().count() == 2
    assert Reminder.objects.filter(is_told=True).exists()


@pytest.mark.parametrize(
    ("model", "verbs"),
    [
        (Finding, {"finding.report"}),
        (Assignment, {"assignment.create"}),
        (Duty, {"duty.create"}),
        (Bulletin, {"bulletin.draft"}),
        (Campaign, {"campaign.open"}),
        (Site, {"site.create"}),
    ],
)
def test_every_row_was_made_by_an_act(demo, model, verbs):
    told = set(Event.objects.filter(subject=model._meta.label_lower, verb__in=verbs).values_list("subject_id", flat=True))

    assert set(model.objects.values_list("pk", flat=True)) <= told


# --- what somebody sees who presses a door --------------------------------------------------------


def work_of(viewer):
    """What waits on the person's start page."""
    now = timezone.now()
    if viewer.is_office:
        return home.office_home(viewer, calendar_of(viewer.campaign), now).decisions
    if viewer.is_leader:
        return home.leader_home(viewer, now).to_sign
    if viewer.is_inspector:
        page = home.inspector_home(viewer, now)
        return page.rounds + page.to_verify
    page = home.unit_home(viewer, now)
    return page.handed + page.findings + page.returned + page.bench.to_sign + page.bench.with_act()


def test_work_waits_behind_every_door(demo):
    campaigns = {campaign.name: campaign for campaign in demo.values()}
    doors = [door for door in demo_people() if door.group in campaigns]

    waiting = {
        (door.group, door.label): len(work_of(viewer_for(User.objects.get(pk=door.user_id), campaigns[door.group])))
        for door in doors
    }

    assert len(doors) == 15
    assert [door for door, count in waiting.items() if not count] == []


def test_the_countys_head_and_liaison_have_findings_and_late_tasks(demo):
    doors = [door for door in demo_people() if door.group == demo["county"].name and "县住建局" in door.label]

    pages = [home.unit_home(viewer_for(User.objects.get(pk=door.user_id), demo["county"]), timezone.now()) for door in doors]

    assert len(pages) == 2
    assert all(page.findings and page.bench.late for page in pages)


def test_a_unit_has_handed_on_inside_and_a_deputy_acts_for_its_liaison(demo):
    door = next(door for door in demo_people() if "代" in door.label)
    person = viewer_for(User.objects.get(pk=door.user_id), demo["county"])

    assert [one.role for one in person.lent] == ["liaison"]
    assert home.unit_home(person, timezone.now()).handed
    assert set(Share.objects.values_list("status", flat=True)) == {"open", "done"}


def test_the_table_is_filled_in_as_an_office_would(demo):
    led = Duty.objects.filter(campaign__in=demo.values()).exclude(assignments=None)
    blank = {name: list(led.filter(**{name: ""}).values_list("text", flat=True)) for name in ("measures", "leading_leader")}

    assert blank == {"measures": [], "leading_leader": []}
    assert not led.filter(assignments__is_lead=True, person="").exclude(claims__ruling="confirmed").exists()


def test_every_problem_is_of_the_kind_its_words_say():
    kinds = [KindWords(number, kind.name, "、".join(kind.words)) for number, kind in enumerate(KINDS)]
    rows = [row for rows in PROBLEMS.values() for row in rows]

    found = {text: getattr(propose_kind(text, kinds), "name", None) for text, *_rest in rows}

    assert found == {text: kind for text, kind, *_rest in rows}
    assert len(found) == 72
    for scene, words in SHOWN.items():
        assert {text for text, *_rest, shown in rows if shown == scene} == {text for text in found if words.search(text)}


SHOWN = {"puddle": re.compile("积水|油污"), "counter": re.compile("空岗|无人值守")}  # scene -> what it alone shows


def test_the_findings_are_of_many_texts_and_every_one_has_its_kind(demo):
    findings = Finding.objects.filter(campaign=demo["county"])

    assert not findings.filter(kind=None).exists()
    assert findings.values("text").distinct().count() == 72


def test_the_newest_issue_shows_no_problem_twice(demo, newest):
    texts = [fact["text"] for fact in newest.figures["worst"]]

    assert len(set(texts)) == len(texts) > 1


def test_each_round_of_the_county_is_named_by_its_turn_in_the_month(demo):
    """As an office says it: the month of the round's Monday and the how-manieth Monday that is."""
    rounds = list(Round.objects.filter(campaign=demo["county"]).order_by("starts_on"))

    names = []
    for row in rounds:
        monday = row.ends_on - timedelta(days=6)
        turn = len([day for day in range(1, monday.day + 1) if monday.replace(day=day).weekday() == 0])
        names.append(f"{monday.month}月第{turn}轮{'暗访' if row.is_covert else '督查'}")
    assert [row.name for row in rounds] == names
    assert len(set(names)) == len(names) == WEEKS + 1
    assert {row.is_covert for row in rounds} == {True, False}


@dataclass(frozen=True)
class Told:
    """Which acts lead to each state of a kind of row: state -> the last words of their verbs.

    noun: the first word of the verbs. state: a field or an expression. on: the row that has the Events, where it is not the
    row itself; the act is then the one at the row's own moment, the first of `at` that is set.
    """

    noun: str
    acts: dict[str, str]
    state: object = "status"
    on: str = ""
    at: tuple[str, ...] = ()


def since(**unchanged):
    """A state of rows without a field of states."""
    return Case(When(**unchanged, then=Value("as made")), default=Value("changed"))


RULED = {"state": "ruling", "at": ("ruled_at", "at")}
TOLD = {
    Standard: Told("standard", {"draft": "create copy load", "published": "publish", "superseded": "supersede"}),
    Duty: Told("duty", {"as made": "create", "changed": "end"}, since(ended_on=None)),
    Assignment: Told(
        "assignment",
        {
            "draft": "create",
            "issued": "issue refuse look_again",
            "accepted": "accept sign_claim",
            "disputed": "dispute",
            "done": "finish",
            "ended": "uphold end",
        },
    ),
    Checkpoint: Told(
        "checkpoint",
        {
            "open": "create withdraw refuse_skip",
            "submitted": "submit",
            "returned": "return",
            "approved": "approve",
            "not_needed": "set_aside",
            "asked": "ask_skip",
            "skipped": "accept_skip",
        },
    ),
    Share: Told("share", {"open": "create reopen", "done": "finish", "ended": "take_back"}),
    Claim: Told("claim", {"open": "create", "confirmed": "confirm", "refused": "refuse"}, "ruling"),
    Evidence: Told("evidence", {"as made": "create", "changed": "edit"}, since(changed_at=None)),
    Import: Told("import", {"read": "read reopen", "saving": "ask", "saved": "save", "dropped": "drop"}),
    Bundle: Told("bundle", {"read": "read", "confirmed": "save", "saved": "save", "dropped": "drop"}),
    Finding: Told(
        "finding",
        {
            "draft": "report",
            "issued": "issue rule transfer resume relapse",
            "accepted": "accept",
            "disputed": "dispute",
            "submitted": "submit",
            "returned": "return",
            "parked": "park",
            "closed": "close put_right",
            "void": "void",
        },
    ),
    Bulletin: Told(
        "bulletin", {"draft": "draft return", "reviewed": "review", "signed": "sign sign_paper", "published": "publish"}
    ),
    Dispute: Told("assignment", {"open": "dispute", "upheld": "uphold", "refused": "refuse"}, on="assignment", **RULED),
    FindingDispute: Told("finding", {"open": "dispute", "upheld": "rule", "refused": "rule"}, on="finding", **RULED),
    Extension: Told("finding", {"open": "extend", "granted": "grant", "refused": "refuse"}, on="finding", **RULED),
    Rectification: Told(
        "finding",
        {"waiting": "submit", "accepted": "close put_right", "returned": "return"},
        state="outcome",
        on="finding",
        at=("verified_at", "at"),
    ),
}


def told_otherwise(model, told):
    """(row, state, verb) of the rows whose last act does not lead to the state they are in."""
    leads = {state: {f"{told.noun}.{act}" for act in acts.split()} for state, acts in told.acts.items()}
    about = model._meta.get_field(told.on).related_model if told.on else model
    events = Event.objects.filter(subject=about._meta.label_lower, verb__in=set().union(*leads.values())).order_by("at", "pk")
    last = {(pk, at if told.on else None): verb for pk, at, verb in events.values_list("subject_id", "at", "verb")}
    moment = Coalesce(*told.at) if told.at else Value(None, DateTimeField())
    rows = model.objects.values_list("pk", told.state, F(f"{told.on}_id" if told.on else "pk"), moment)
    acts = {pk: (state, last.get((subject, at))) for pk, state, subject, at in rows}
    return [(pk, state, verb) for pk, (state, verb) in acts.items() if verb not in leads.get(state, ())]


@pytest.mark.parametrize("model", TOLD, ids=lambda model: model.__name__)
def test_every_row_is_in_the_state_its_last_act_led_to(demo, model, django_assert_num_queries):
    assert model.objects.exists()
    with django_assert_num_queries(2):
        otherwise = told_otherwise(model, TOLD[model])

    assert otherwise == []


def test_the_acts_of_every_model_with_states_are_looked_at():
    """The spells of a finding are its own states once more."""
    fields = [
        field for model in apps.get_models() for field in model._meta.fields if field.name in ("status", "ruling", "outcome")
    ]

    assert {field.model for field in fields} - {FindingSpell} <= TOLD.keys()


def test_nothing_lies_in_the_future(demo):
    now = timezone.now()

    assert not Event.objects.filter(at__gt=now).exists()
    assert not Finding.objects.filter(found_at__gt=now).exists()


def test_a_second_filling_is_refused(demo):
    before = Event.objects.count()
    with pytest.raises(CommandError):
        call_command("demo", verbosity=0)
    assert Event.objects.count() == before


# --- the newest paper, measured -------------------------------------------------------------------


@pytest.fixture(scope="module")
def newest(demo):
    return Bulletin.objects.published().filter(campaign=demo["county"]).order_by("-published_at").first()


@pytest.fixture(scope="module")
def paper(newest):
    return render(newest)


@pytest.fixture(scope="module")
def pages(paper):
    return pages_of(paper)


def text_of(page):
    return "".join(line.text for line in lines_of(page))


def test_one_page_at_least_is_full_of_text(pages):
    full = [page for page in pages if len(lines_of(page, size=16)) == 22]

    assert full
    for page in full:
        lines = lines_of(page, size=16)
        left = 28 if page.page_number % 2 else 26
        assert max(len(line.text) for line in lines) == 28
        assert lines[0].top == pytest.approx(37, abs=0.2)
        assert lines[-1].foot == pytest.approx(262, abs=0.2)
        assert min(line.left for line in lines) == pytest.approx(left, abs=0.1)
        starts = [line.left > left + 2 for line in lines]
        whole = [a for a, b in zip(lines, [*starts[1:], True], strict=True) if not b]
        assert max(abs(line.right - left - 156) for line in whole) < 0.3
        assert {round((b.baseline - a.baseline) * MM, 1) for a, b in pairwise(lines)} <= {29.5, 29.6, 29.7}


def test_head_numbers_and_colophon_stand_where_they_belong(paper, pages, newest):
    first, *others = [text_of(page) for page in pages]

    assert "示范县文明创建工作简报" in first.replace(" ", "")
    assert f"第{newest.no}期（总第{newest.total_no}期）" in first.replace(" ", "")
    assert not any("总第" in text for text in others)
    assert len(pages) % 2 == 0
    assert rules_of(paper, len(pages))[-1][1] == pytest.approx(262, abs=1)
    assert "共印80份" in others[-1].replace(" ", "")
    assert "整改前" in "".join(others)
    assert "整改后" in "".join(others)


def test_page_numbers_stand_outside_and_every_font_is_embedded(paper, pages):
    numbers = {page.page_number: line for page in pages for line in lines_of(page) if line.text == f"— {page.page_number} —"}
    fonts = subprocess.run(["pdffonts", "-"], input=paper, capture_output=True, check=True).stdout.decode().splitlines()[2:]

    assert len(numbers) >= len(pages) - 1  # a last page with the 报尾 alone has none
    assert all(line.right > 170 if page % 2 else line.left < 40 for page, line in numbers.items())
    assert len(fonts) > 2
    assert all(line.split()[-5] == "yes" for line in fonts)


def test_the_stored_file_is_the_paper(newest, paper, tmp_path):
    call_command("render_bulletin", str(newest.pk), tmp_path / "again.pdf", verbosity=0)

    assert (tmp_path / "again.pdf").read_bytes() == paper
