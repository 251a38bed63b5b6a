"""A bulletin from draft to print."""

import datetime
import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone
from PIL import Image

from accounts.models import Event
from campaigns.files import store_upload
from notices.models import Notice
from reports import actions
from reports.models import Bulletin
from reports.paper import Paper
from tests.conftest import viewer
from tests.factories import CampaignFactory, FindingFactory, ParticipationFactory, RankingGroupFactory

MONDAY = datetime.date(2026, 3, 9)
NOW = timezone.make_aware(datetime.datetime(2026, 3, 16, 9))


@pytest.fixture
def office(campaign):
    return viewer(campaign, office=True)


@pytest.fixture
def leader(campaign):
    return viewer(campaign, leader=True)


@pytest.fixture
def draft(campaign, office):
    group = RankingGroupFactory(campaign=campaign, name="县直单位")
    unit = ParticipationFactory(campaign=campaign, ranking_group=group).department
    FindingFactory(campaign=campaign, lead=unit, issued_at=NOW - datetime.timedelta(days=5))
    return actions.compose_bulletin(campaign, monday=MONDAY, by=office, at=NOW)


def published(draft, office, leader):
    for move, by in (("review", office), ("sign", leader), ("publish", office)):
        draft = actions.move_bulletin(draft, move=move, by=by, at=NOW)
    return draft


def test_a_week_has_one_draft(campaign, office, draft):
    assert actions.compose_bulletin(campaign, monday=MONDAY, by=office, at=NOW) == draft
    assert Bulletin.objects.count() == 1


def test_only_the_office_of_the_campaign_writes(campaign, leader):
    for by in (leader, viewer(CampaignFactory(host=campaign.host), office=True)):
        with pytest.raises(PermissionDenied):
            actions.compose_bulletin(campaign, monday=MONDAY, by=by)
    assert Bulletin.objects.count() == 0


def test_published_takes_both_numbers_freezes_and_tells_each_reader_once(campaign, office, leader, draft):
    unit = campaign.participations.get().department
    head = viewer(campaign, head_of=unit)
    issue = published(draft, office, leader)

    assert (issue.year, issue.no, issue.total_no) == (2026, 1, 1)
    assert issue.frozen == actions.paper_of(issue).to_json()
    assert actions.number_text(issue) == "2026年第1期（总第1期）"
    told = Notice.objects.filter(kind="bulletin.published").values_list("user", flat=True)
    assert sorted(told) == sorted([leader.user.pk, head.user.pk])


def test_the_number_of_the_year_begins_anew_and_the_total_goes_on(campaign, office, leader, draft):
    published(draft, office, leader)
    later = actions.compose_bulletin(campaign, monday=datetime.date(2027, 1, 4), by=office, at=NOW)
    for move, by in (("review", office), ("sign", leader), ("publish", office)):
        later = actions.move_bulletin(later, move=move, by=by, at=timezone.make_aware(datetime.datetime(2027, 1, 8, 9)))

    assert (later.year, later.no, later.total_no) == (2027, 1, 2)


def test_an_issue_signed_in_the_old_year_keeps_its_number_of_that_year(campaign, office, leader, draft):
    actions.move_bulletin(draft, move="review", by=office, at=NOW)
    actions.move_bulletin(draft, move="sign", by=leader, at=timezone.make_aware(datetime.datetime(2026, 12, 31, 17)))

    issue = actions.move_bulletin(draft, move="publish", by=office, at=timezone.make_aware(datetime.datetime(2027, 1, 4, 9)))

    assert actions.number_text(issue) == "2026年第1期（总第1期）"
    assert actions.paper_of(issue).masthead.day == "2026-12-31"


def test_what_is_published_does_not_follow_the_rows(campaign, office, leader, draft):
    issue = published(draft, office, leader)
    before = actions.paper_of(issue)
    FindingFactory(campaign=campaign, issued_at=NOW - datetime.timedelta(days=4))
    campaign.bulletin_name = "改了名"
    campaign.save()

    assert actions.paper_of(Bulletin.objects.get(pk=issue.pk)) == before
    assert Paper.from_json(issue.frozen) == before


ROLES = {"office": {"office": True}, "leader": {"leader": True}, "inspector": {"inspector": True}}
ALLOWED = {
    ("draft", "review", "office"),
    ("reviewed", "sign", "leader"),
    ("reviewed", "sign_paper", "office"),
    ("reviewed", "return", "office"),
    ("reviewed", "return", "leader"),
    ("signed", "return", "office"),
    ("signed", "return", "leader"),
    ("signed", "publish", "office"),
}


@pytest.mark.parametrize("status", list(Bulletin.Status))
@pytest.mark.parametrize("move", list(actions.MOVES))
@pytest.mark.parametrize("role", list(ROLES))
def test_every_state_move_and_role(campaign, draft, status, move, role):
    Bulletin.objects.filter(pk=draft.pk).update(status=status, signed_on=MONDAY, signed_name="示例")
    by = viewer(campaign, **ROLES[role])
    scan = store_upload(picture(), campaign=campaign, by=by.user)
    data = {"reason": "数字有误", "name": "示例", "day": MONDAY, "scan": scan}
    try:
        moved = actions.move_bulletin(draft, move=move, by=by, at=NOW, **data)
    except (PermissionDenied, ValidationError):
        assert (status, move, role) not in ALLOWED
        assert Bulletin.objects.get(pk=draft.pk).status == status
        return
    assert (status, move, role) in ALLOWED
    assert moved.status == actions.MOVES[move].target


def picture():
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(file, "JPEG")
    return SimpleUploadedFile("签发.jpg", file.getvalue())


def test_who_goes_on_with_an_issue_is_told_and_older_words_are_taken_back(campaign, office, leader, draft):
    colleague = viewer(campaign, office=True)
    actions.move_bulletin(draft, move="review", by=colleague, at=NOW)
    assert [(row.user, row.kind) for row in Notice.objects.unread()] == [(leader.user, "bulletin.review")]

    actions.move_bulletin(draft, move="return", by=leader, reason="写具体些", at=NOW)
    told = {(row.user, row.text) for row in Notice.objects.unread()}
    text = f"{leader.user.name}退回简报《{draft.title}》：写具体些"
    assert told == {(office.user, text), (colleague.user, text)}

    actions.move_bulletin(draft, move="review", by=colleague, at=NOW)
    actions.move_bulletin(draft, move="sign", by=leader, at=NOW)
    assert {(row.user, row.kind) for row in Notice.objects.unread()} == {
        (office.user, "bulletin.sign"),
        (colleague.user, "bulletin.sign"),
    }


def test_a_draft_keeps_why_it_came_back_until_it_is_reviewed_again(office, leader, draft):
    actions.move_bulletin(draft, move="review", by=office, at=NOW)
    back = actions.move_bulletin(draft, move="return", by=leader, reason="写具体些", at=NOW)
    assert (back.returned_by, back.returned_at, back.return_reason) == (leader.user, NOW, "写具体些")

    again = actions.move_bulletin(draft, move="review", by=office, at=NOW)
    assert (again.returned_by, again.returned_at, again.return_reason) == (None, None, "")


@pytest.mark.parametrize("move", ["sign", "sign_paper"])
def test_an_issue_that_comes_back_has_no_signature_any_more(campaign, office, leader, draft, move):
    actions.move_bulletin(draft, move="review", by=office, at=NOW)
    scan = store_upload(picture(), campaign=campaign, by=office.user)
    data = {"name": "王书记", "day": MONDAY, "scan": scan} if move == "sign_paper" else {}
    actions.move_bulletin(draft, move=move, by=office if data else leader, at=NOW, **data)

    back = actions.move_bulletin(draft, move="return", by=leader, reason="写具体些", at=NOW)

    signature = (back.signed_by, back.signed_name, back.signed_on, back.signature, back.reviewed_by)
    assert signature == (None, "", None, None, None)
    assert actions.paper_of(back).colophon.signer == ""


@pytest.mark.parametrize("missing", ["name", "day", "scan"])
def test_a_signature_on_paper_says_who_when_and_shows_the_scan(campaign, office, draft, missing):
    actions.move_bulletin(draft, move="review", by=office, at=NOW)
    data = {"name": "示例", "day": MONDAY, "scan": store_upload(picture(), campaign=campaign, by=office.user)}

    with pytest.raises(ValidationError) as error:
        actions.move_bulletin(draft, move="sign_paper", by=office, **data | {missing: None})

    assert list(error.value.message_dict) == [missing]


def test_a_text_naming_no_figure_does_not_go_to_review(draft, office):
    draft = actions.edit_bulletin(
        draft, by=office, version=draft.version, title="一周", sections={"overview": "【随便】件"}, at=NOW
    )
    with pytest.raises(ValidationError):
        actions.move_bulletin(draft, move="review", by=office)


def test_a_draft_is_reviewed_by_another_person_where_the_office_has_one(campaign, office, draft):
    other = viewer(campaign, office=True)
    with pytest.raises(ValidationError) as refused:
        actions.move_bulletin(draft, move="review", by=office)
    draft.refresh_from_db()

    assert (refused.value.code, draft.status, draft.reviewed_by) == ("own", "draft", None)
    assert "review" not in actions.moves_for(draft, office)
    assert "review" in actions.moves_for(draft, other)
    assert actions.move_bulletin(draft, move="review", by=other).reviewed_by == other.user


def test_an_office_of_one_reviews_its_own_draft_and_the_paper_says_who(campaign, office, draft):
    gone = viewer(campaign, office=True).user.memberships.get()
    gone.ended_on = gone.starts_on
    gone.save()

    reviewed = actions.move_bulletin(draft, move="review", by=office)

    assert actions.paper_of(reviewed).colophon.reviewer == office.user.name


def test_the_slower_writer_is_told_and_nothing_is_overwritten(draft, office):
    actions.edit_bulletin(draft, by=office, version=1, title="先存的", sections={})

    with pytest.raises(ValidationError) as error:
        actions.edit_bulletin(draft, by=office, version=1, title="后存的", sections={})

    draft.refresh_from_db()
    assert (error.value.code, draft.title) == ("stale", "先存的")


def test_figures_taken_anew_make_an_open_form_stale(draft, office):
    """Its preview still shows the old ones."""
    actions.retake_figures(draft, by=office, at=NOW)

    with pytest.raises(ValidationError) as error:
        actions.edit_bulletin(draft, by=office, version=1, title="旧页面上写的", sections={})

    assert error.value.code == "stale"


def test_a_correction_is_a_new_issue_that_names_the_old(office, leader, draft):
    old = published(draft, office, leader)
    new = published(actions.correct_bulletin(old, by=office, at=NOW), office, leader)

    assert (new.corrects, new.no) == (old, 2)
    assert actions.paper_of(new).blocks[0].text == "本期更正2026年第1期（总第1期），以本期为准。"


def test_a_correction_begins_with_the_texts_and_for_the_units_of_the_old_issue(campaign, office, leader, draft):
    unit = campaign.participations.get().department
    actions.edit_bulletin(draft, by=office, version=1, title="一周", sections={"overview": "写好的话"}, receivers=[unit])

    new = actions.correct_bulletin(published(draft, office, leader), by=office, at=NOW)

    assert (new.sections, list(new.receivers.all()), new.status) == ({"overview": "写好的话"}, [unit], "draft")


def test_a_text_left_as_the_rule_wrote_it_goes_on_following_the_rule(office, draft):
    texts = actions.texts_by_rule(draft) | {"next": "下周请抓紧。"}

    saved = actions.edit_bulletin(draft, by=office, version=1, title="一周", sections=texts)

    assert saved.sections == {"next": "下周请抓紧。"}


def test_a_week_that_was_corrected_still_has_its_own_issue(campaign, office, leader, draft):
    old = published(draft, office, leader)
    actions.correct_bulletin(old, by=office, at=NOW)

    assert actions.compose_bulletin(campaign, monday=MONDAY, by=office, at=NOW) == old


def test_only_a_published_issue_is_corrected(draft, office):
    with pytest.raises(ValidationError):
        actions.correct_bulletin(draft, by=office)


def test_the_pdf_is_rendered_once_and_is_the_same_each_time(office, leader, draft, tmp_path):
    issue = published(draft, office, leader)

    assert (actions.render_due_bulletins(), actions.render_due_bulletins()) == (1, 0)
    issue.refresh_from_db()
    for name in ("a.pdf", "b.pdf"):
        call_command("render_bulletin", "latest", tmp_path / name, verbosity=0)
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    assert len(issue.pdf_sha256) == 64


def test_of_two_that_print_at_once_the_first_file_stays(office, leader, draft, monkeypatch):
    issue, render = published(draft, office, leader), actions.render

    def slow(bulletin):
        Bulletin.objects.filter(pk=bulletin.pk).update(pdf="bulletins/first.pdf", pdf_sha256="1" * 64)
        return render(bulletin)

    monkeypatch.setattr(actions, "render", slow)

    assert actions.render_due_bulletins() == 0
    issue.refresh_from_db()
    assert (issue.pdf, issue.pdf_sha256) == ("bulletins/first.pdf", "1" * 64)


def test_every_act_is_recorded(office, leader, draft):
    published(draft, office, leader)

    verbs = list(Event.objects.filter(subject="reports.bulletin").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["bulletin.draft", "bulletin.review", "bulletin.sign", "bulletin.publish"]


def test_limited_receivers(campaign, office, leader, draft):
    mine = viewer(campaign, head_of=campaign.participations.get().department)
    other = viewer(campaign, head_of=ParticipationFactory(campaign=campaign).department)
    draft.receivers.add(campaign.participations.first().department)
    issue = published(draft, office, leader)

    seen = [issue in Bulletin.objects.visible_to(person) for person in (mine, other, leader)]
    assert seen == [True, False, True]
    assert other.user.pk not in Notice.objects.values_list("user", flat=True)


def test_another_campaigns_bulletin_is_not_seen(draft, office, leader):
    published(draft, office, leader)
    stranger = viewer(CampaignFactory(), office=True)

    assert list(Bulletin.objects.visible_to(stranger)) == []
