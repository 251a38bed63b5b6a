"""Every role x every model x every address, over one small world; see tests/isolation.py and tests/access.py."""

import io
import re

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.urls import URLResolver, get_resolver, reverse
from django.utils.module_loading import import_string
from openpyxl import load_workbook

from accounts import departments
from campaigns.actions import groups, holidays, members
from campaigns.actions.campaigns import edit_campaign
from campaigns.actions.counters import set_start
from campaigns.models import Campaign
from checklists.actions import (
    assignments,
    bundles,
    claims,
    duties,
    evidence,
    imports,
    items,
    packages,
    people,
    peopleundo,
    saving,
    standards,
    undoing,
    windows,
)
from checklists.actions.checkpoints import move_checkpoint
from checklists.actions.disputes import rule_dispute
from inspections.actions import extensions, findings, siteimports, sites
from inspections.actions.kinds import save_problem_kind, set_limit_rule
from inspections.actions.recording import edit_finding
from inspections.actions.rounds import save_round
from notices.models import Notice
from reports import actions as bulletins
from tests import access_page, isolation
from tests.access import MOVES, NOT_SCOPED, SEES, WITH_FINDING, by_viewer
from tests.addresses import COLUMNS, OPEN, PAGES, SHARED, address, ask, sent
from tests.isolation import CHILDREN, MARKED, VIEWERS, WITHOUT_ROLE

OWN_APPS = ["accounts", "notices", "campaigns", "checklists", "inspections", "reports"]


# --- rows -----------------------------------------------------------------------------------------


def own_models():
    return [model for app in OWN_APPS for model in apps.get_app_config(app).get_models()]


def test_every_model_is_in_the_table_or_says_why_not():
    scoped = {model._meta.label for model in own_models() if hasattr(model.objects, "visible_to")}
    others = {model._meta.label for model in own_models()} - scoped

    assert scoped == {*SEES, *WITH_FINDING}
    assert others == set(NOT_SCOPED)


def seen_by(world, model):
    return {who: world.labels(model, model.objects.visible_to(world.viewers[who])) for who in VIEWERS}


@pytest.mark.parametrize("name", SEES)
def test_who_sees_which_rows(world, name):
    model, expected = apps.get_model(name), by_viewer(SEES[name])

    assert seen_by(world, model) == {who: expected[who] for who in VIEWERS}


@pytest.mark.parametrize("name", WITH_FINDING)
def test_what_hangs_on_a_finding_is_seen_with_it(world, name):
    model, findings = apps.get_model(name), by_viewer(SEES["inspections.Finding"])
    by_pk = {row.pk: label for label, row in world.of("Finding").items()}

    seen = {who: {by_pk[row.finding_id] for row in model.objects.visible_to(world.viewers[who])} for who in VIEWERS}

    assert seen == {who: findings[who] & set(CHILDREN[model]) for who in VIEWERS}


def test_campaigns_and_messages_are_the_persons_own(world):
    mine = {who: world.labels(Campaign, Campaign.objects.of(user)) for who, user in world.people.items()}
    messages = {who: world.labels(Notice, Notice.objects.of(user)) for who, user in world.people.items()}

    elsewhere = {"sister": {"sister"}, "unit_office": {"unit"}, "unit_head": {"unit"}, "twice": {"main", "sister"}}
    assert mine == {who: set() if who in WITHOUT_ROLE else elsewhere.get(who, {"main"}) for who in world.people}
    assert messages == {who: {who} for who in world.people}


# --- moves ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "model", "label"), MOVES)
def test_who_may_make_which_moves(world, path, model, label):
    row, machine = world[model, label], import_string(path)

    may = {name: {who for who in VIEWERS if move.allowed(world.viewers[who], row)} for name, move in machine.items()}

    lines = MOVES[path, model, label].items()
    assert may == {name: set(who.split()) for names, who in lines for name in names.split()}


# What an office does to its rows, called for rows of another campaign (and host) as no page would.
ACTS = {
    "edit campaign": lambda w, by: edit_campaign(w["Campaign", "main"], by=by, name="x"),
    "set first number": lambda w, by: set_start(w["Campaign", "main"], kind="finding", year=2026, start=9, by=by),
    "add holiday": lambda w, by: holidays.add_holiday(w["Campaign", "main"], on=isolation.DAY, name="x", by=by),
    "drop holiday": lambda w, by: holidays.drop_holiday(w["CampaignHoliday", "main"], by=by),
    "rename group": lambda w, by: groups.edit_group(w["WorkGroup", "main"], name="x", by=by),
    "drop group": lambda w, by: groups.drop_group(w["RankingGroup", "main"], by=by),
    "add member": lambda w, by: members.add_member(w["Campaign", "main"], user=by.user, role="office", by=by),
    "edit member": lambda w, by: members.edit_member(w["Membership", "head"], by=by, title="x"),
    "end member": lambda w, by: members.end_member(w["Membership", "head"], by=by),
    "one-time link": lambda w, by: members.new_link(w["Membership", "head"], by=by),
    "add unit": lambda w, by: members.add_participation(w["Campaign", "main"], department=w["Department", "school"], by=by),
    "end unit": lambda w, by: members.end_participation(w["Participation", "bureau"], by=by),
    "rename unit": lambda w, by: departments.edit_department(w["Department", "bureau"], name="x", by=by),
    "rename group of units": lambda w, by: departments.edit_group(w["DepartmentGroup", "host"], name="x", members=[], by=by),
    "publish standard": lambda w, by: standards.publish_standard(w["Standard", "draft"], by=by),
    "edit item": lambda w, by: items.edit_item(w["Item", "draft"], by=by, version=1, text="x"),
    "move item": lambda w, by: items.shift_item(w["Item", "draft"], by=by, version=1, step="up"),
    "add item": lambda w, by: items.add_item(w["Standard", "draft"], by=by, text="x"),
    "split item": lambda w, by: items.split_item(w["Item", "draft"], by=by, version=1, texts=["a", "b"]),
    "take item out": lambda w, by: items.delete_item(w["Item", "draft"], by=by, version=1),
    "drop import": lambda w, by: imports.drop_import(w["Import", "main"], by=by, version=1),
    "take back standard": lambda w, by: undoing.take_back_standard(w["Import", "main"], by=by, version=1),
    "take back table": lambda w, by: undoing.take_back_responsibilities(w["Import", "main_table"], by=by, version=1),
    "take back sites": lambda w, by: siteimports.take_back_sites(w["Import", "main_sites"], by=by, version=1),
    "take back people": lambda w, by: peopleundo.take_back_people(w["Import", "main_people"], by=by, version=1),
    "hand out links": lambda w, by: people.hand_out_links(w["Import", "main_people"], by=by),
    "ask to save": lambda w, by: saving.ask_to_save(w["Import", "main"], by=by, version=1, is_checked=True),
    "edit task": lambda w, by: duties.edit_duty(w["Duty", "led"], by=by, version=1, text="x"),
    "split task": lambda w, by: duties.split_duty(w["Duty", "led"], by=by, version=1, texts=["a", "b"]),
    "claim": lambda w, by: claims.claim_duty(w["Duty", "free"], by=by, department=w["Department", "class"]),
    "rule on claim": lambda w, by: claims.rule_claim(w["Claim", "open"], by=by, confirmed=True),
    "issue": lambda w, by: assignments.move_assignment(w["Assignment", "draft"], move="issue", by=by),
    "rule on objection": lambda w, by: rule_dispute(w["Dispute", "open"], by=by, upheld=False, note="x"),
    "approve": lambda w, by: move_checkpoint(w["Checkpoint", "handed_in"], move="approve", by=by),
    "add proof": lambda w, by: evidence.make_evidence(w["Department", "bureau"], by=by, figure="1"),
    "use proof": lambda w, by: evidence.link_evidence(w["Evidence", "own"], checkpoint=w["Checkpoint", "lead"], by=by),
    "change proof": lambda w, by: evidence.edit_evidence(w["Evidence", "own"], by=by, version=1, figure="1"),
    "file under item": lambda w, by: evidence.use_for_item(
        w["Evidence", "own"], checklist=w["Checklist", "main"], item=w["Item", "main"], by=by
    ),
    "bring many files": lambda w, by: bundles.start_bundle(w["Department", "bureau"], by=by, files=[]),
    "keep many files": lambda w, by: bundles.confirm_bundle(w["Bundle", "head"], by=by, picked=[0]),
    "ask for package": lambda w, by: packages.ask_package(w["Checklist", "main"], by=by),
    "set window": lambda w, by: windows.set_window(w["Checklist", "main"], first=None, last=None, by=by),
    "close finding": lambda w, by: findings.move_finding(w["Finding", "answered"], move="close", how="online", by=by),
    "edit finding": lambda w, by: edit_finding(w["Finding", "draft"], by=by, text="x"),
    "give time": lambda w, by: extensions.rule_extension(w["Extension", "issued"], by=by, grant=True),
    "end site": lambda w, by: sites.end_site(w["Site", "line"], by=by),
    "rename kind of site": lambda w, by: sites.save_site_kind(w["SiteKind", "host"], by=by, name="x"),
    "change round": lambda w, by: save_round(
        w["Round", "overt"], by=by, name="x", starts_on=isolation.DAY, ends_on=isolation.DAY
    ),
    "rename kind of problem": lambda w, by: save_problem_kind(w["ProblemKind", "main"], by=by, name="x"),
    "set limit": lambda w, by: set_limit_rule(kind=w["ProblemKind", "main"], severity="ordinary", amount=9, unit="days", by=by),
    "review bulletin": lambda w, by: bulletins.move_bulletin(w["Bulletin", "draft"], move="review", by=by),
    "take figures anew": lambda w, by: bulletins.retake_figures(w["Bulletin", "draft"], by=by),
    "write bulletin": lambda w, by: bulletins.compose_bulletin(w["Campaign", "main"], monday=isolation.DAY, by=by),
    "correct bulletin": lambda w, by: bulletins.correct_bulletin(w["Bulletin", "published"], by=by),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", ["unit_office", "stranger"])
def test_an_action_looks_at_the_campaign_again(world, who, act):
    before = everything()

    with transaction.atomic(), pytest.raises(PermissionDenied):
        ACTS[act](world, world.viewers[who])

    assert everything() == before


# --- addresses ------------------------------------------------------------------------------------


def routes(patterns=None, before=""):
    """(route, name, methods the view declares or None) of every address but those of /admin/."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(one.pattern)
        if not isinstance(one, URLResolver):
            actions = getattr(one.callback, "actions", None)
            yield route, one.name, actions and {method.upper() for method in actions} - {"HEAD"}
        elif one.namespace != "admin":
            yield from routes(one.url_patterns, route)


CAMPAIGN = "c/<int:campaign>/"
API = "api/v1/"


def test_every_address_and_method_is_in_the_table():
    found = {route: methods for route, _name, methods in routes()}

    assert set(found) == set(PAGES)
    declared = {route: methods for route, methods in found.items() if methods}
    assert declared == {route: set(PAGES[route].answers()) for route in declared}


@pytest.fixture(scope="module")
def reading():
    """who -> answers to every GET of the table; asked for once, looked at by two tests."""
    return {}


@pytest.fixture
def read(world, clients, reading):
    """read(who) -> {route: (status, marked rows that are shown)}"""

    def ask_all(who):
        if who not in reading:
            found = reading[who] = {}
            for route, page in PAGES.items():
                if "GET" in page.answers():
                    answer = ask(clients[who], "GET", address(world, route, page), sent(world, page)[0])
                    marked = answer.status_code == 200 and not route.endswith((".pdf", "schema/"))
                    found[route] = answer.status_code, read_marks(answer) if marked else set()
        return reading[who]

    return ask_all


@pytest.mark.parametrize("who", COLUMNS)
def test_what_each_role_is_answered(world, clients, read, who):
    expected, answered = {}, {("GET", route): status for route, (status, _marks) in read(who).items()}
    for route, page in PAGES.items():
        query, data = sent(world, page)
        for method, columns in page.answers().items():
            expected[method, route] = columns[who]
            if method != "GET":
                answered[method, route] = ask(clients[who], method, address(world, route, page), query, data).status_code

    assert {key: (answered[key], status) for key, status in expected.items() if answered[key] != status} == {}


def test_a_method_that_is_not_in_the_table_is_refused(world, clients):
    taken = []
    for route, page in PAGES.items():
        person = "nobody" if route == "sign-in/" else "office"
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(page.answers()):
            status = ask(clients[person], method, address(world, route, page)).status_code
            taken += [(method, route, status)] if status != 405 else []

    assert taken == []


@pytest.mark.parametrize("who", ["ended", "keeper", "sister"])
def test_somebody_without_a_role_in_the_campaign_finds_nothing(world, clients, who):
    found = []
    for route, page in PAGES.items():
        if "<int:campaign>" in route:
            query, data = sent(world, page)
            for method in page.answers():
                status = ask(clients[who], method, address(world, route, page), query, data).status_code
                found += [(method, route, status)] if status != 404 else []

    assert found == []


def test_somebody_not_signed_in_is_sent_to_sign_in(world, clients):
    answered, expected = {}, {}
    for route, page in PAGES.items():
        query, data = sent(world, page)
        for method in page.answers():
            answer = ask(clients["nobody"], method, address(world, route, page), query, data)
            to_sign_in = answer.status_code == 302 and answer.url.startswith("/sign-in/")
            answered[method, route] = "sign in" if to_sign_in and route != "language/" else answer.status_code
            closed = 403 if route.startswith(API) and route != API + "docs/" else "sign in"
            expected[method, route] = OPEN.get((route, method), closed)

    assert {key: (status, expected[key]) for key, status in answered.items() if status != expected[key]} == {}


def test_a_row_of_another_campaign_is_not_found_under_ones_own(world, clients):
    """The same person: office of the sister campaign, liaison in the main one."""
    found = []
    for route, page in PAGES.items():
        if "<int:campaign>" in route and page.of and route.removeprefix(CAMPAIGN) not in SHARED:
            query, data = sent(world, page)
            for method in page.answers():
                status = ask(clients["twice"], method, address(world, route, page, "sister"), query, data).status_code
                found += [(method, route, status)] if status != 404 else []

    assert found == []


def test_the_keepers_pages_are_the_keepers_alone(world, clients):
    index = reverse("admin:index")

    answers = {who: ask(clients[who], "GET", index).status_code for who in ["nobody", *COLUMNS, "stranger", "keeper"]}

    assert answers == {who: 200 if who == "keeper" else 302 for who in answers}


# --- nothing is shown beside the row --------------------------------------------------------------

MARK = re.compile(r"【(\w+):([\w@]+)】")
READERS = ["office", "leader", "inspector", "covert", "head", "section", "supporter", "neighbour"]


def read_marks(answer):
    """The marked rows an answer shows: page, workbook or JSON."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if "spreadsheetml" in answer.headers.get("Content-Type", ""):
        book = load_workbook(io.BytesIO(body))
        body = "\n".join(str(cell) for sheet in book for line in sheet.iter_rows(values_only=True) for cell in line).encode()
    return set(MARK.findall(body.decode(errors="ignore")))


def may_read(who):
    """{(model, label)} of the marked rows in the table; what hangs on a finding as its finding."""
    names = {name.rpartition(".")[2]: name for name in [*SEES, *WITH_FINDING]}
    seen = set()
    for model in MARKED:
        lines = SEES["inspections.Finding" if names[model] in WITH_FINDING else names[model]]
        seen |= {(model, label) for label in by_viewer(lines)[who]}
    if who in ("office", "leader", "inspector", "covert"):
        seen |= {("User", "inspector"), ("User", "covert")}
    return seen


@pytest.mark.parametrize("who", READERS)
def test_no_page_list_count_or_export_shows_a_row_that_is_not_seen(read, who):
    shown, allowed = {route: marks for route, (_status, marks) in read(who).items()}, may_read(who)

    assert {route: marks - allowed for route, marks in shown.items() if marks - allowed} == {}
    everywhere = set().union(*shown.values())
    assert {label for model, label in everywhere if model == "Finding"} >= by_viewer(SEES["inspections.Finding"])[who] - {
        "void_draft"
    }


# --- nothing is written by reading ----------------------------------------------------------------


WRITES = re.compile(r"(?!\s*\(*(?:SELECT|SAVEPOINT|RELEASE|ROLLBACK|WITH)\b)", re.IGNORECASE)  # all that is not known to read


def everything():
    """table -> its rows; sessions are no data."""
    tables = [name for name in connection.introspection.table_names() if name != "django_session"]
    found = {}
    with connection.cursor() as cursor:
        for name in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")  # noqa: S608 names of our own tables
            found[name] = sorted(map(repr, cursor.fetchall()))
    return found


def readings(world):
    """(viewer, address) of every page, as the first role that may read it; and a paper that is not printed yet."""
    for route, page in PAGES.items():
        reader = next((who for who, status in page.answers().get("GET", {}).items() if status in (200, 302)), None)
        if reader:
            query, _data = sent(world, page)
            yield reader, address(world, route, page) + (f"?{query}" if query else "")
    unprinted = world["Bulletin", "limited"]
    yield "head", reverse("bulletin_pdf", args=[unprinted.campaign_id, unprinted.pk])


def test_reading_each_page_five_times_writes_nothing(world, clients):
    pages = list(readings(world))
    for reader, _url in pages:
        clients[reader]  # signed in beforehand
    before, wrote = everything(), []

    def listening(execute, sql, params, many, context):
        wrote.extend([(url, sql)] if WRITES.match(sql) else [])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listening):
        for reader, url in pages:
            for _n in range(5):
                answer = clients[reader].get(url)
                if answer.streaming:
                    list(answer)

    assert len(pages) > 90
    assert wrote == []
    assert everything() == before  # whatever the statements were


# --- the page that says it ------------------------------------------------------------------------


def test_the_page_on_access_says_what_is_tested():
    """After a change of the tables: python -m tests.access_page"""
    text = access_page.DOC.read_text()

    assert text == access_page.filled(text)
    assert all(f"| `{who}` |" in text for who in VIEWERS if who not in WITHOUT_ROLE)
