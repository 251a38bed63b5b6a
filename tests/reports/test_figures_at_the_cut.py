"""Figures read how findings stood at the cut: taken then or later, they are the same."""

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspections.actions.extensions import ask_extension, rule_extension
from inspections.actions.findings import move_finding
from inspections.actions.recording import edit_finding, report_finding
from reports.figures import COLUMNS, weekly_figures
from reports.taking import take_facts
from tests.conftest import viewer
from tests.factories import ParticipationFactory, StoredFileFactory

DAY = datetime.date
MONDAY, LIMIT = DAY(2026, 3, 9), DAY(2026, 3, 12)  # a Thursday


def moment(day, hour=10):
    return timezone.make_aware(datetime.datetime(2026, 3, day, hour))


ISSUED, END = moment(3), moment(16, 0)


class Office:
    """An office, two units with their heads, and every act on a finding by whoever may do it."""

    def __init__(self, campaign):
        self.campaign = campaign
        self.units = [ParticipationFactory(campaign=campaign).department for _ in range(2)]
        self.clerk = viewer(campaign, office=True)
        self.heads = {unit: viewer(campaign, head_of=unit) for unit in self.units}

    def report(self, at, due_on=None, photos=()):
        facts = {"text": "示例问题", "place": "示范路", "lead": self.units[0], "due_on": due_on, "photos": photos}
        return report_finding(by=self.clerk, key=uuid.uuid4(), issue=True, at=at, **facts)

    def do(self, row, act, at):
        row.refresh_from_db()
        head = self.heads[row.lead]
        other = next(unit for unit in self.units if unit != row.lead)
        moves = {
            "accept": (head, {}),
            "submit": (head, {"text": "已整改"}),
            "dispute": (head, {"reason": "不属本单位"}),
            "refuse": (self.clerk, {"reason": "属本单位", "upheld": False}),
            "uphold": (self.clerk, {"reason": "改派", "upheld": True, "department": other}),
            "close": (self.clerk, {"how": "online"}),
            "return": (self.clerk, {"how": "online", "reason": "未到位"}),
            "transfer": (self.clerk, {"reason": "改派", "department": other}),
            "park": (self.clerk, {"plan": "纳入改造", "until": DAY(2026, 9, 30)}),
            "resume": (self.clerk, {}),
            "relapse": (self.clerk, {"reason": "反弹"}),
            "void": (self.clerk, {"reason": "重复"}),
        }
        if act == "ask":
            ask_extension(
                row, by=head, proposed_on=max(row.due_on, DAY(2026, 3, 19)) + datetime.timedelta(days=1), reason="备料", at=at
            )
        elif act in ("grant", "deny"):
            asked = row.extensions.filter(ruling="open").first()
            if asked:
                rule_extension(asked, by=self.clerk, grant=act == "grant", note="依据", at=at)
        elif act == "graver":
            edit_finding(row, by=self.clerk, severity="at_once", at=at)
        else:
            by, data = moves[act]
            move_finding(row, move={"refuse": "rule", "uphold": "rule"}.get(act, act), by=by, at=at, **data)


@pytest.fixture
def office(campaign):
    return Office(campaign)


def columns_at_the_end(office):
    total = weekly_figures(office.campaign, monday=MONDAY, now=moment(18)).total
    return {column for column in COLUMNS if getattr(total, column)}


# Issued on the 3rd, limit the 12th: (acts with their day of March, the columns it counts in when the week has ended)
HISTORIES = {
    "nothing": ([], "due late"),
    "signed for": ([("accept", 4)], "due late"),
    "answered in time": ([("submit", 11)], "due waiting"),
    "accepted in the week": ([("submit", 11), ("close", 12)], "due in_time"),
    "accepted after it": ([("submit", 11), ("close", 17)], "due waiting"),
    "answered too late": ([("submit", 13), ("close", 14)], "due"),
    "answered after the week": ([("submit", 16), ("close", 17)], "due late"),
    "returned in the week, with a rest of time": ([("submit", 11), ("return", 13)], ""),
    "returned after it": ([("submit", 11), ("return", 17)], "due waiting"),
    "returned, and answered again after it": ([("submit", 4), ("return", 5), ("submit", 17)], "due late"),
    "parked in the week": ([("park", 11)], ""),
    "parked after it": ([("park", 17)], "due late"),
    "parked in the week, taken up again after it": ([("park", 11), ("resume", 17)], ""),
    "taken up again in the week": ([("park", 10), ("resume", 13)], ""),
    "more time given in the week": ([("ask", 10), ("grant", 11)], ""),
    "more time refused": ([("ask", 10), ("deny", 11)], "due late"),
    "more time given after it": ([("ask", 10), ("grant", 17)], "due late"),
    "objected": ([("dispute", 11)], "due"),
    "objected, refused in the week": ([("dispute", 11), ("refuse", 13)], ""),
    "objected, ruled on after it": ([("dispute", 11), ("uphold", 17)], "due"),
    "void in the week": ([("void", 11)], ""),
    "void after it": ([("void", 17)], "due late"),
    "came back in the week": ([("submit", 10), ("close", 11), ("relapse", 13)], ""),
    "came back after it": ([("submit", 10), ("close", 11), ("relapse", 17)], "due in_time"),
    "another unit in the week": ([("transfer", 13)], ""),
    "another unit after it": ([("transfer", 17)], "due late"),
}


@pytest.mark.parametrize("name", HISTORIES)
def test_what_counts_when_the_week_has_ended(office, name):
    acts, expected = HISTORIES[name]
    row = office.report(ISSUED, LIMIT)

    for act, day in acts:
        office.do(row, act, moment(day))

    assert columns_at_the_end(office) == set(expected.split())


def test_a_number_stays_with_the_unit_that_answered_at_the_cut(office):
    row = office.report(ISSUED, LIMIT)
    office.do(row, "transfer", moment(17))

    figures = weekly_figures(office.campaign, monday=MONDAY, now=moment(18))
    facts = take_facts(office.campaign, monday=MONDAY, now=moment(18))

    assert [figures.rows_behind("late", unit.pk) for unit in office.units] == [[row.pk], []]
    assert [(fact["unit"], fact["due_on"]) for fact in facts["late"]] == [(office.units[0].name, "2026-03-12")]


def test_the_gravest_are_those_that_were_so_at_the_cut(office):
    rows = [office.report(ISSUED, LIMIT) for _ in range(2)]
    office.do(rows[1], "graver", moment(17))

    figures = weekly_figures(office.campaign, monday=MONDAY, now=moment(18))

    assert [late.finding_id for late in figures.late] == [row.pk for row in rows]


def test_the_late_list_is_cut_and_the_figures_are_not(office, monkeypatch):
    monkeypatch.setattr("reports.taking.LISTED", 2)
    rows = [office.report(ISSUED, DAY(2026, 3, day)) for day in (6, 10, 12)]

    facts = take_facts(office.campaign, monday=MONDAY, now=moment(18))

    assert [fact["id"] for fact in facts["late"]] == [row.pk for row in rows[:2]]
    assert len(facts["week"]["late"]) == 3


def test_what_the_next_week_brings_is_as_of_the_cut(office):
    row = office.report(ISSUED, DAY(2026, 3, 18))
    office.do(row, "submit", moment(17))

    assert take_facts(office.campaign, monday=MONDAY, now=moment(18))["due_next"] == [row.pk]


def test_what_the_next_week_brings_runs_out_from_its_monday_to_its_sunday(office):
    rows = {day: office.report(ISSUED, DAY(2026, 3, day)) for day in (15, 16, 22, 23)}  # Sunday, Monday, Sunday, Monday

    facts = take_facts(office.campaign, monday=MONDAY, now=moment(18))

    assert facts["due_next"] == [rows[16].pk, rows[22].pk]
    assert (facts["week"]["total"]["due"], facts["late"]) == ([rows[15].pk], [])


# (answers with their day: what was decided on it when) -> (which answer's photo is printed after, whether as sent back)
SHOWN = {
    "none": ([], (None, False)),
    "sent back": ([(4, "return", 5)], (0, True)),
    "the newest of two sent back": ([(4, "return", 5), (6, "return", 9)], (1, True)),
    "struck off, and it came back": ([(4, "close", 5)], (None, False)),
    "sent back, struck off, and it came back": ([(4, "return", 5), (6, "close", 9)], (None, False)),
    "came back, answered again and sent back": ([(4, "close", 5), (6, "return", 9)], (1, True)),
    "answered after the week": ([(4, "return", 5), (17, None, None)], (0, True)),
}


@pytest.mark.parametrize("name", SHOWN)
def test_the_photo_after_is_of_the_newest_answer_by_then_unless_it_came_back_since(office, name):
    answers, (shown, is_returned) = SHOWN[name]
    file = lambda kind: StoredFileFactory(campaign=office.campaign, kind=kind)  # noqa: E731
    before = [file("photo") for _ in range(2)]
    row = office.report(ISSUED, DAY(2026, 3, 6), photos=before)
    after = []

    for day, verdict, verified in answers:
        after.append(file("photo"))
        files = [file("document"), after[-1], file("photo")]
        head = office.heads[office.units[0]]
        row = move_finding(row, move="submit", by=head, text="已整改", files=files, at=moment(day))
        if verdict:
            row = move_finding(row, move=verdict, by=office.clerk, how="on_site", reason="未到位", at=moment(verified))
        if verdict == "close":
            row = move_finding(
                row, move="relapse", by=office.clerk, reason="反弹", due_on=DAY(2026, 3, verified), at=moment(verified)
            )
    (fact,) = take_facts(office.campaign, monday=MONDAY, now=moment(18))["worst"]

    expected = None if shown is None else after[shown].pk
    assert (fact["before"], fact["after"], fact["is_returned"]) == (before[0].pk, expected, is_returned)


ACTS = ["accept", "submit", "dispute", "refuse", "uphold", "close", "return", "transfer", "park", "resume", "relapse", "void"]
ACTS += ["ask", "grant", "deny", "graver", "report"]
HOURS = (END - ISSUED) // datetime.timedelta(hours=1)
steps = st.lists(st.tuples(st.integers(0, HOURS - 1), st.sampled_from(ACTS), st.integers(0, 3)), max_size=14)


def facts_of(office, cut):
    """All that is frozen but the progress, which is as of the taking."""
    facts = take_facts(office.campaign, monday=MONDAY, now=cut)
    return {name: value for name, value in facts.items() if not name.startswith("progress")}


def play(office, rows, start, acts):
    for hours, act, n in sorted(acts):
        at = start + datetime.timedelta(hours=hours)
        try:
            if act == "report":
                rows.append(office.report(at))
            else:
                office.do(rows[n % len(rows)], act, at)
        except (PermissionDenied, ValidationError):
            pass  # not possible in this state: the next


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=steps, after=steps, cut=st.sampled_from([END, moment(11, 17)]))
def test_figures_taken_at_the_cut_are_those_taken_later_whatever_was_done_since(office, before, after, cut):
    with transaction.atomic():
        rows = [office.report(ISSUED, LIMIT), office.report(ISSUED, DAY(2026, 3, 6)), office.report(ISSUED, DAY(2026, 3, 10))]
        until = (cut - ISSUED) // datetime.timedelta(hours=1)
        play(office, rows, ISSUED, [step for step in before if step[0] < until])
        then = facts_of(office, cut)

        play(office, rows, cut, after)

        assert facts_of(office, cut) == then
        transaction.set_rollback(True)


def test_an_act_told_of_late_counts_from_the_one_before(office):
    """The phone sends an answer of the 10th after the office parked it on the 11th: spells never overlap."""
    row = office.report(ISSUED, LIMIT)
    office.do(row, "park", moment(11))
    office.do(row, "resume", moment(10))

    spells = list(row.spells.values_list("status", "starts_at", "ended_at"))

    assert spells == [("issued", ISSUED, moment(11)), ("parked", moment(11), moment(11)), ("issued", moment(11), None)]


def test_a_correction_that_changes_nothing_counted_begins_no_spell(office):
    row = office.report(ISSUED, LIMIT)

    edit_finding(row, by=office.clerk, text="改了措辞", at=moment(4))
    edit_finding(row, by=office.clerk, severity="serious", at=moment(5))

    assert list(row.spells.values_list("severity", "starts_at")) == [("ordinary", ISSUED), ("serious", moment(5))]
