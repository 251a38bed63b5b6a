"""Pages of the bulletin and start pages, as each role."""

import datetime
import re

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from inspections.views.ledger import VIEWS
from reports import actions
from reports.models import Bulletin
from tests.conftest import viewer
from tests.factories import (
    AssignmentFactory,
    BulletinFactory,
    CheckpointFactory,
    DutyFactory,
    FindingFactory,
    ParticipationFactory,
    RankingGroupFactory,
)
from tests.reports.test_figures import finding, moment

NOW = timezone.make_aware(datetime.datetime(2026, 3, 16, 9))


@pytest.fixture
def unit(campaign):
    return ParticipationFactory(campaign=campaign, ranking_group=RankingGroupFactory(campaign=campaign)).department


@pytest.fixture
def office(campaign):
    return viewer(campaign, office=True)


@pytest.fixture
def leader(campaign):
    return viewer(campaign, leader=True)


@pytest.fixture
def draft(campaign, office, unit):
    FindingFactory(campaign=campaign, lead=unit, issued_at=NOW - datetime.timedelta(days=5))
    return actions.compose_bulletin(campaign, monday=datetime.date(2026, 3, 9), by=office, at=NOW)


def url(name, bulletin, *args):
    return reverse(name, args=[bulletin.campaign_id, bulletin.pk, *args])


def typed(draft, **changes):
    texts = actions.texts_by_rule(draft)
    return {"version": draft.version, "title": draft.title} | texts | changes


def test_one_press_begins_the_week_and_a_second_goes_on(campaign, office, signed_in):
    client = signed_in(office)
    address = reverse("bulletin_new", args=[campaign.pk])

    first, second = client.post(address, {"monday": "2026-03-09"}), client.post(address, {"monday": "2026-03-11"})

    assert first.url == second.url == url("bulletin_edit", Bulletin.objects.get())


def test_the_text_is_saved_and_the_preview_follows(office, draft, signed_in):
    client = signed_in(office)
    answer = client.post(url("bulletin_edit", draft), typed(draft, overview="本周交办【新增】件。"))

    assert answer.status_code == 302
    assert "本周交办1件。" in client.get(answer.url).content.decode()


def test_reviewing_and_taking_figures_anew_save_what_was_typed(campaign, office, draft, signed_in):
    client = signed_in(office)

    client.post(url("bulletin_edit", draft), typed(draft, overview="先存的话") | {"then": "retake"})
    draft.refresh_from_db()
    assert (draft.status, draft.sections["overview"]) == ("draft", "先存的话")
    client.post(url("bulletin_edit", draft), typed(draft, overview="后存的话") | {"then": "review"})

    draft.refresh_from_db()
    assert (draft.status, draft.sections["overview"]) == ("reviewed", "后存的话")


def test_enter_in_the_title_only_saves(office, draft, signed_in):
    """A browser presses the first button that belongs to the form."""
    page = signed_in(office).get(url("bulletin_edit", draft)).content.decode()

    first = page.split('form="bulletin-text"')[1].split(">")[0]
    assert "name=" not in first


def test_what_keeps_a_text_from_review_is_said_and_the_text_is_saved(office, draft, signed_in):
    answer = signed_in(office).post(
        url("bulletin_edit", draft), typed(draft, overview="【随便】件") | {"then": "review"}, follow=True
    )

    draft.refresh_from_db()
    assert (draft.status, draft.sections["overview"]) == ("draft", "【随便】件")
    assert "文字已保存。" in answer.content.decode()


def test_a_text_sent_after_review_is_not_lost_without_a_word(office, draft, signed_in):
    actions.move_bulletin(draft, move="review", by=office, at=NOW)

    answer = signed_in(office).post(url("bulletin_edit", draft), typed(draft, overview="晚了"), follow=True)

    assert "您刚才输入的没有保存" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.sections == {}


def test_who_sent_it_back_and_why_stands_on_the_draft_and_the_desk(campaign, office, draft, signed_in):
    leader = viewer(campaign, leader=True)
    actions.move_bulletin(draft, move="review", by=office, at=NOW)
    actions.move_bulletin(draft, move="return", by=leader, reason="第三段写具体些", at=NOW)
    client = signed_in(office)

    pages = [client.get(address).content.decode() for address in (url("bulletin_edit", draft), home(campaign))]

    assert ["第三段写具体些" in page and leader.user.name in page for page in pages] == [True, True]


def test_publishing_says_its_number_and_to_how_many_it_goes(office, draft, signed_in):
    Bulletin.objects.filter(pk=draft.pk).update(status="signed", signed_on=draft.monday, signed_name="示例")

    page = signed_in(office).get(url("bulletin_detail", draft)).content.decode()

    assert 'data-confirm="印发后不能修改，将编为第1期，发送1家单位。"' in page


def test_what_is_to_be_handed_over_waits_on_the_desk(campaign, office, signed_in):
    FindingFactory(campaign=campaign, status="draft", text="路灯不亮")

    desk = signed_in(office).get(home(campaign)).context["office"]

    assert [(one.kind, one.note) for one in desk.decisions] == [("待交办", "路灯不亮")]


def test_put_right_on_the_spot_is_counted_beside_what_was_struck_off(campaign, office, signed_in):
    now = timezone.now()
    FindingFactory(campaign=campaign, status="closed", found_at=now, issued_at=None, closed_at=now)
    FindingFactory(campaign=campaign, status="closed", found_at=now, issued_at=now, closed_at=now)

    counts = signed_in(office).get(home(campaign)).context["office"].counts

    assert (counts["closed"], counts["on_spot"]) == (1, 1)


def test_a_stale_form_loses_nothing(office, draft, signed_in):
    client = signed_in(office)
    client.post(url("bulletin_edit", draft), typed(draft, overview="先存的"))

    answer = client.post(url("bulletin_edit", draft), typed(draft, overview="后写的"))

    assert answer.status_code == 409
    assert "后写的" in answer.content.decode()


def test_an_empty_title_is_said_beside_the_field(office, draft, signed_in):
    answer = signed_in(office).post(url("bulletin_edit", draft), typed(draft, title="", overview="写好的话"))

    assert answer.status_code == 422
    assert "写好的话" in answer.content.decode()


def test_every_figure_opens_to_its_rows(office, draft, unit, signed_in):
    client = signed_in(office)
    page = client.get(url("bulletin_detail", draft)).content.decode()
    address = url("figure_rows", draft, "found")

    assert address in page
    assert f"{address}?unit={unit.pk}" in page
    assert "示范路" in client.get(address).content.decode()
    assert client.get(url("figure_rows", draft, "name")).status_code == 404


def test_each_figure_opens_to_as_many_rows_as_it_says(campaign, office, unit, signed_in):
    """Every one another number, so that no two can be mixed up; of the whole and of the unit."""
    before, limit = {"issued": moment(2)}, {"due": 12}
    closed = {"status": "closed", "closed_at": moment(13)}
    rows = {"found": 3, "in_time": 1, "waiting": 2, "too late": 2, "late": 6, "next week": 1}
    given = {
        "found": {"issued": moment(10), "due": 18},
        "in_time": before | limit | closed | {"in_time": True},
        "waiting": before | limit | {"status": "submitted"},
        "too late": before | limit | closed | {"in_time": False},
        "late": before | {"due": 4},
        "next week": before | {"due": 20},
    }
    for name, count in rows.items():
        for _ in range(count):
            finding(campaign, unit, **given[name])
    other = ParticipationFactory(campaign=campaign).department
    for _ in range(4):
        finding(campaign, other, **given["found"])
    draft = actions.compose_bulletin(campaign, monday=datetime.date(2026, 3, 9), by=office, at=NOW)
    client = signed_in(office)

    links = BeautifulSoup(client.get(url("bulletin_edit", draft)).text, "html.parser").select('a[href*="/rows/"]')
    opened = {link["href"]: client.get(link["href"]).context["page"].paginator.count for link in links}

    said = {(link["href"], int(link.get_text().split()[-1])) for link in links if "逾期单位" not in link.get_text()}
    assert said == set(opened.items())
    of_unit = {"found": 3, "due": 5, "in_time": 1, "waiting": 2, "late": 6}
    expected = {url("figure_rows", draft, column): n for column, n in (of_unit | {"found": 7, "due_next": 8}).items()}
    expected |= {f"{url('figure_rows', draft, column)}?unit={unit.pk}": n for column, n in of_unit.items()}
    assert opened == expected | {f"{url('figure_rows', draft, 'found')}?unit={other.pk}": 4}


def test_a_rate_opens_to_its_numerator_and_denominator_of_both_weeks(campaign, office, draft, unit, signed_in):
    good = FindingFactory(campaign=campaign, lead=unit, status="closed", in_time=True, place="准时路")  # limit: last week
    FindingFactory(campaign=campaign, lead=unit, place="逾期路")
    draft = actions.retake_figures(draft, by=office, at=NOW)
    client = signed_in(office)
    address = url("figure_rate", draft)

    assert client.get(url("bulletin_detail", draft)).content.decode().count(f'href="{address}"') == 2  # 按期整改率, 环比
    page = client.get(address).content.decode()
    rows = [client.get(url("figure_rows", draft, column)) for column in ("last_in_time", "last_counted")]

    assert all(url("figure_rows", draft, column) in page for column in ("last_in_time", "last_due", "last_counted"))
    meanings = [client.get(url("figure_rows", draft, column)).context["definition"][:10] for column in ("due", "last_due")]
    assert meanings == ["整改时限在本周内且已", "整改时限在上周内且已"]
    assert "未印发简报" in page
    assert [good in rows[0].context["page"], len(rows[1].context["page"].object_list)] == [True, 2]
    assert f"{url('figure_rows', draft, 'last_due')}" not in client.get(f"{address}?unit={unit.pk}").content.decode()
    assert client.get(f"{address}?unit={office.user.pk + 10_000}").status_code == 404


def test_a_rate_of_last_weeks_printed_issue_names_it(campaign, office, leader, unit, signed_in):
    FindingFactory(campaign=campaign, lead=unit)
    issue = actions.compose_bulletin(campaign, monday=datetime.date(2026, 3, 2), by=office, at=NOW)
    for move, by in (("review", office), ("sign", leader), ("publish", office)):
        issue = actions.move_bulletin(issue, move=move, by=by, at=NOW)
    draft = actions.compose_bulletin(campaign, monday=datetime.date(2026, 3, 9), by=office, at=NOW)

    page = signed_in(leader).get(url("figure_rate", draft)).content.decode()

    assert f'<a href="{issue.get_absolute_url()}">2026年第1期</a>' in page
    assert url("figure_rows", draft, "last_due") in page


def test_an_issue_frozen_before_last_weeks_rows_were_kept_shows_the_counts(office, draft, signed_in):
    week = draft.figures["week"] | {"last_rate": [2, 4]}
    draft.figures = {name: value for name, value in draft.figures.items() if name != "progress_at"} | {
        "week": {name: value for name, value in week.items() if name not in ("last", "last_issue")},
        "progress": [{"name": "老项目", "all": 3, "done": 1, "late": 0}],
    }
    draft.save()
    client = signed_in(office)

    page = client.get(url("figure_rate", draft)).content.decode()

    assert "50.0%" in page
    assert "rows/last_" not in page
    assert client.get(url("bulletin_detail", draft)).content.decode().count("老项目") >= 1
    assert client.get(url("figure_progress", draft, 0, "all")).status_code == 404


def test_a_cell_of_progress_opens_to_its_checkpoints_as_far_as_one_may_read(campaign, office, leader, unit, signed_in):
    duty = DutyFactory(campaign=campaign, checklist__campaign=campaign, text="公益广告上墙")
    item = duty.item
    mine = CheckpointFactory(assignment=AssignmentFactory(duty=duty, department=unit), status="approved")
    other = DutyFactory(campaign=campaign, checklist=duty.checklist, item=item, text="集贸市场整治")
    CheckpointFactory(assignment=AssignmentFactory(duty=other), due_on=datetime.date(2026, 3, 1))
    draft = actions.compose_bulletin(campaign, monday=datetime.date(2026, 3, 9), by=office, at=NOW)
    client = signed_in(office)

    page = client.get(url("bulletin_detail", draft)).content.decode()
    addresses = {column: url("figure_progress", draft, 0, column) for column in ("all", "done", "late")}
    shown = {
        column: [str(row.assignment.duty) for row in client.get(address).context["page"]] for column, address in addresses.items()
    }

    assert all(address in page for address in addresses.values())
    assert shown == {"all": ["集贸市场整治", "公益广告上墙"], "done": ["公益广告上墙"], "late": ["集贸市场整治"]}
    for move, by in (("review", office), ("sign", leader), ("publish", office)):
        draft = actions.move_bulletin(draft, move=move, by=by, at=NOW)
    client = signed_in(viewer(campaign, head_of=unit))
    assert [row.pk for row in client.get(addresses["all"]).context["page"]] == [mine.pk]
    assert "这些记录属于其他单位" in client.get(addresses["late"]).content.decode()
    assert client.get(url("figure_progress", draft, 0, "name")).status_code == 404
    assert client.get(url("figure_progress", draft, 9, "all")).status_code == 404


def test_last_weeks_rows_and_rates_are_for_those_who_read_all(campaign, office, leader, draft, unit, signed_in):
    for move, by in (("review", office), ("sign", leader), ("publish", office)):
        draft = actions.move_bulletin(draft, move=move, by=by, at=NOW)
    client = signed_in(viewer(campaign, head_of=unit))

    assert client.get(url("figure_rows", draft, "last_due")).status_code == 404
    assert client.get(url("figure_rate", draft)).status_code == 403
    assert signed_in(leader).get(url("figure_rate", draft)).status_code == 200


def test_behind_a_figure_a_unit_reads_its_own_rows_and_how_many_there_are(campaign, office, leader, draft, unit, signed_in):
    other = ParticipationFactory(campaign=campaign).department
    FindingFactory(campaign=campaign, lead=other, issued_at=NOW - datetime.timedelta(days=5))
    draft = actions.retake_figures(draft, by=office, at=NOW)
    for move, by in (("review", office), ("sign", leader), ("publish", office)):
        draft = actions.move_bulletin(draft, move=move, by=by, at=NOW)

    answers = [signed_in(person).get(url("figure_rows", draft, "found")) for person in (leader, viewer(campaign, head_of=unit))]

    assert [(a.context["count"], {row.lead for row in a.context["page"]}) for a in answers] == [(2, {unit, other}), (2, {unit})]


def test_the_drafter_is_shown_who_reviews(campaign, office, draft, signed_in):
    client = signed_in(office)
    assert 'value="review"' in client.get(url("bulletin_edit", draft)).content.decode()  # an office of one

    other = viewer(campaign, office=True)
    pages = [client.get(url(name, draft)).content.decode() for name in ("bulletin_edit", "bulletin_detail")]
    refused = client.post(url("bulletin_move", draft), {"move": "review"})

    assert [('value="review"' in page, f"您是拟稿人，请{other.user.name}在本页审核" in page) for page in pages] == [
        (False, True)
    ] * 2
    assert (refused.status_code, "您是拟稿人" in refused.content.decode()) == (422, True)
    page = signed_in(other).get(url("bulletin_detail", draft)).content.decode()
    assert ('value="review"' in page, "您是拟稿人" in page) == (True, False)


def test_draft_is_for_office_and_leaders_only(campaign, office, draft, unit, signed_in):
    for person, status in (
        (viewer(campaign, leader=True), 200),
        (viewer(campaign, head_of=unit), 404),
        (viewer(campaign, inspector=True), 404),
    ):
        client = signed_in(person)
        assert client.get(url("bulletin_detail", draft)).status_code == status
        assert client.get(url("bulletin_pdf", draft)).status_code == status


def test_a_leader_does_not_write(campaign, draft, signed_in):
    assert signed_in(viewer(campaign, leader=True)).get(url("bulletin_edit", draft)).status_code == 403


def test_from_review_to_print_over_the_pages(campaign, office, draft, unit, signed_in):
    leader, head = viewer(campaign, leader=True), viewer(campaign, head_of=unit)
    for person, move in ((office, "review"), (leader, "sign"), (office, "publish")):
        assert signed_in(person).post(url("bulletin_move", draft), {"move": move}).status_code == 302

    client = signed_in(head)
    answer = client.get(url("bulletin_pdf", draft))

    assert answer.content[:5] == b"%PDF-"
    assert "object-src 'self'" in answer["Content-Security-Policy"]  # with 'none' a browser's own viewer shows a grey page
    assert answer["Cache-Control"] == "private, no-store"
    assert "第1期" in client.get(url("bulletin_detail", draft)).content.decode()


def test_a_return_needs_its_reason(office, draft, signed_in):
    client = signed_in(office)
    client.post(url("bulletin_move", draft), {"move": "review"})

    assert client.post(url("bulletin_move", draft), {"move": "return", "reason": ""}).status_code == 422
    draft.refresh_from_db()
    assert draft.status == "reviewed"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(campaign, office, signed_in, rows, django_assert_num_queries):
    for n in range(rows):
        BulletinFactory(campaign=campaign, monday=datetime.date(2026, 3, 2) + datetime.timedelta(weeks=n))
    client = signed_in(office)

    with django_assert_num_queries(7):
        client.get(reverse("bulletin_list", args=[campaign.pk]))


def home(campaign):
    return reverse("campaign_home", args=[campaign.pk])


@pytest.mark.parametrize("role", ["office", "inspector", "leader", "unit"])
def test_every_role_has_a_start_page_also_when_nothing_is_there(campaign, unit, signed_in, role):
    person = viewer(campaign, head_of=unit) if role == "unit" else viewer(campaign, **{role: True})

    assert signed_in(person).get(home(campaign)).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("role", "queries"), [("office", 12), ("unit", 11), ("leader", 11), ("inspector", 9)])
def test_a_start_page_costs_the_same_for_one_and_three(campaign, unit, signed_in, rows, role, queries, django_assert_num_queries):
    person = viewer(campaign, head_of=unit) if role == "unit" else viewer(campaign, **{role: True})
    for _ in range(rows):
        FindingFactory(campaign=campaign, lead=unit, status="submitted", found_by=person.user)
        FindingFactory(campaign=campaign, lead=unit)
        duty = DutyFactory(campaign=campaign, checklist__campaign=campaign)
        CheckpointFactory(assignment=AssignmentFactory(duty=duty, department=unit))
        BulletinFactory(campaign=campaign, status="reviewed")
    client = signed_in(person)

    with django_assert_num_queries(queries):
        client.get(home(campaign))


def test_what_waits_for_the_office_leads_to_its_view_of_the_list(campaign, office, signed_in):
    page = signed_in(office).get(home(campaign)).content.decode()

    led_to = re.findall(rf"/c/{campaign.pk}/findings/\?view=(\w+)", page)
    assert {"asks", "verify"} <= set(led_to) <= set(VIEWS)


def test_a_unit_reads_its_answer_in_the_heading(campaign, unit, signed_in):
    client = signed_in(viewer(campaign, head_of=unit))
    assert heading(client, campaign) == "今天没有待办事项"

    FindingFactory(campaign=campaign, lead=unit)

    assert heading(client, campaign) == "逾期问题1件，要整改问题共1件"


def heading(client, campaign):
    return BeautifulSoup(client.get(home(campaign)).text, "html.parser").h1.get_text().strip()


def test_the_desk_says_what_a_new_campaign_still_needs(campaign, office, signed_in):
    client = signed_in(office)

    def steps():
        return [label for label, _url in client.get(home(campaign)).context["office"].steps]

    before = steps()
    DutyFactory(campaign=campaign)

    assert (before[-1], before[:-1]) == ("导入测评体系并采用", steps())


def test_the_newest_issue_stands_before_what_waits_for_a_signature_and_the_step_done_is_not_the_present_one(
    campaign, office, draft, signed_in
):
    actions.move_bulletin(draft, move="review", by=office, at=NOW)
    client = signed_in(viewer(campaign, leader=True))

    page, paper = client.get(home(campaign)).content.decode(), client.get(url("bulletin_detail", draft)).content.decode()

    assert page.index("h-new") < page.index("h-sign-me")
    assert f"{office.user.name}拟稿" in page
    steps = paper.split('<ol class="steps-line">')[1].split("</ol>")[0]
    assert steps.split('class="now"')[1].strip("> ").startswith("签发")
    assert 'href="#moves"' in paper


def test_a_leader_finds_the_newest_issue_and_what_to_sign(campaign, office, draft, signed_in):
    leader = viewer(campaign, leader=True)
    signed_in(office).post(url("bulletin_move", draft), {"move": "review"})
    page = signed_in(leader).get(home(campaign)).content.decode()

    assert "1期简报等您签发" in page
    assert url("bulletin_detail", draft) in page


def test_one_tap_opens_the_newest_issue_on_a_leaders_start_page(campaign, signed_in):
    monday = datetime.date(2026, 3, 2)
    issues = [
        BulletinFactory(
            campaign=campaign,
            monday=monday + datetime.timedelta(weeks=n),
            status="published",
            year=2026,
            no=n,
            total_no=n,
            published_at=NOW + datetime.timedelta(weeks=n),
        )
        for n in (2, 3, 1)
    ]

    page = signed_in(viewer(campaign, leader=True)).get(home(campaign))

    links = [link["href"] for link in BeautifulSoup(page.text, "html.parser").select('main a[href$=".pdf"]')]
    assert links == [url("bulletin_pdf", issues[1])]
    assert "2026年第3期（总第3期）" in page.text


@pytest.mark.parametrize("day", ["1926-03-16", "2026-03-08", "2126-01-01"])
def test_a_slip_of_the_pen_in_the_day_of_signature_is_said_beside_it(office, draft, signed_in, day):
    client = signed_in(office)
    client.post(url("bulletin_move", draft), {"move": "review"})
    scan = SimpleUploadedFile("签发单.pdf", b"%PDF-1.7 signed")

    answer = client.post(url("bulletin_move", draft), {"move": "sign_paper", "name": "王书记", "day": day, "scan": scan})

    assert answer.status_code == 422
    assert "签发日期应在" in answer.content.decode()
    assert "王书记" in answer.content.decode()
    draft.refresh_from_db()
    assert (draft.status, draft.signed_on) == ("reviewed", None)


def test_a_button_pressed_too_late_leads_to_the_bulletin_as_it_is_now(office, draft, signed_in):
    client = signed_in(office)
    client.post(url("bulletin_move", draft), {"move": "review"})

    assert client.post(url("bulletin_move", draft), {"move": "review"}).status_code == 409
    late = client.post(url("bulletin_edit", draft), typed(draft) | {"then": "retake"}, follow=True)
    early = client.post(url("bulletin_correct", draft), follow=True)

    assert [answer.redirect_chain for answer in (late, early)] == [[(draft.get_absolute_url(), 302)]] * 2
    assert "您刚才输入的没有保存" in late.content.decode()
    assert "只有已印发的简报才能另发更正" in early.content.decode()
    assert Bulletin.objects.count() == 1
