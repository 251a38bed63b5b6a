"""What the demo's units do with their tasks: sign, object, claim, prove, hand in; and how the office answers."""

import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from accounts.models import Department
from campaigns.files import store_upload
from campaigns.worktime import Calendar
from checklists.actions.assignments import move_assignment
from checklists.actions.checkpoints import move_checkpoint
from checklists.actions.claims import claim_duty, rule_claim
from checklists.actions.disputes import dispute_assignment, rule_dispute
from checklists.actions.evidence import link_evidence, make_evidence
from checklists.actions.visits import arrange_visit
from checklists.completeness import State
from checklists.dossiers import gate
from checklists.models import Assignment, Checkpoint, Dispute, Duty, Evidence
from inspections.actions.precedents import keep_ruling
from inspections.models import Precedent
from reports.demo.cast import Cast
from reports.demo.pictures import photo
from reports.demo.timeline import Timeline, moment
from reports.typeset.fonts import font_files

OBJECTS = 31  # every so many leading parts are objected to
UNSIGNED = 13
UNANSWERED = 5  # the turn of those whose proof the office has not looked at
PATIENCE = 4  # working days the office leaves proof waiting at most


class Tasks:
    """The ticking-off of one campaign's table after it was issued on `issued`."""

    def __init__(self, cast: Cast, timeline: Timeline, calendar: Calendar, issued: datetime, spare: Department):
        self.cast, self.timeline, self.calendar, self.spare = cast, timeline, calendar, spare
        self.first = timezone.localdate(issued)
        self.today = timezone.localdate(timeline.end)
        self.kept: dict[int, Evidence] = {}
        self.objections = 0
        self.left_out: set[str] = set()  # one was agreed not to be held, one is asked not to
        self.has_forgotten = False  # one task of `spare`, which thus is late

    def plan(self, campaign) -> None:
        rows = Assignment.objects.filter(campaign=campaign).issued().select_related("duty", "department")
        for number, part in enumerate(rows.order_by("pk")):
            self._plan_part(number, part)
        gaps = Duty.objects.filter(campaign=campaign).without_lead().order_by("position")[:2]
        for number, duty in enumerate(gaps):
            self._plan_claim(number, duty)
        yesterday = max(1, self.calendar.workdays_between(self.first, self.today) - 1)
        self.timeline.plan(self._day(yesterday, 16), lambda at: self._leave_one_waiting(campaign, at))

    def _leave_one_waiting(self, campaign, at: datetime) -> None:
        """Something for the office to check, whatever the day the demo is made on."""
        rows = Checkpoint.objects.filter(campaign=campaign).current()
        for checkpoint in rows.filter(status=Checkpoint.Status.OPEN, due_on__gt=self.today).order_by("due_on", "pk")[:20]:
            self._hand_in(UNANSWERED, checkpoint, at)
            checkpoint.refresh_from_db()
            if checkpoint.status == Checkpoint.Status.SUBMITTED:
                return

    def _day(self, days: int, hour: int = 10, minute: int = 0) -> datetime:
        return moment(self.calendar.add_workdays(self.first, days), hour, minute)

    def _plan_part(self, number: int, part: Assignment) -> None:
        minute = number % 60
        if part.is_lead and number % OBJECTS == OBJECTS - 1:
            self._plan_objection(self.objections, part)
            self.objections += 1
        elif number % UNSIGNED != UNSIGNED - 1:
            by = self.cast.liaison(part.department_id)
            self.timeline.plan(
                self._day(1 + number % 3, 9, minute), lambda at: move_assignment(part, move="accept", by=by, at=at)
            )
            for checkpoint in part.checkpoints.order_by("due_on"):
                self._plan_checkpoint(number, checkpoint)

    def _plan_objection(self, number: int, part: Assignment) -> None:
        """In turn: upheld, refused, and one that still waits for the ruling; the first refusal is not taken for an answer."""
        head = self.cast.head(part.department_id)
        proposed = self.spare if part.department_id != self.spare.pk else None

        def object_to(at):
            row = dispute_assignment(part, by=head, reason="该任务不在本单位职责范围内", proposed=proposed, at=at)
            if number % 3 == 0 and proposed:  # a unit that would be proposed to itself is refused
                self._later(at, 2, lambda at: self._uphold(row, proposed, at))
            elif number % 3 < 2:
                insists = number == 1
                self._later(at, 2, lambda at: self._refuse(row, at, insists=insists))
            else:
                self._later(at, 1, lambda at: self._call_visit(row, at))

        days = 2 if number % 3 < 2 else max(2, self.calendar.workdays_between(self.first, self.today) - 2)
        self.timeline.plan(self._day(days, 11), object_to)

    def _uphold(self, row: Dispute, unit: Department, at: datetime) -> None:
        """The first one is kept as a rule."""
        office = self.cast.office
        ruled = rule_dispute(row, by=office, upheld=True, moved_to=unit, note="该项工作按机构职能划转，由新单位牵头", at=at)
        if not Precedent.objects.filter(campaign=self.cast.campaign).exists():
            words = f"该项工作按机构职能划转，由{unit.name}牵头"
            keep_ruling(ruled, by=office, department=unit, words=words, item=ruled.assignment.duty.item, at=at)

    def _refuse(self, row: Dispute, at: datetime, *, insists: bool) -> None:
        """insists: the unit objects again each time, until the office must rule."""
        ruled = rule_dispute(row, by=self.cast.office, upheld=False, note="属本单位三定方案职责", at=at)
        if insists:
            self._later(at, 1, lambda at: self._insist(ruled, at))

    def _insist(self, ruled: Dispute, at: datetime) -> None:
        head = self.cast.head(ruled.department_id)
        reason = "设施产权已移交，本单位无管理手段，请再研究"
        row = dispute_assignment(ruled.assignment, by=head, reason=reason, proposed=ruled.proposed, at=at)
        if not row.is_binding:
            self._later(at, 2, lambda at: self._refuse(row, at, insists=True))

    def _call_visit(self, row: Dispute, at: datetime) -> None:
        day = self.calendar.add_workdays(timezone.localdate(at), 3)
        units = [row.proposed] if row.proposed else []
        arrange_visit(row, by=self.cast.office, on=day, place="上午 9:00，现场集合", units=units, at=at)

    def _later(self, at: datetime, days: int, act) -> None:
        local = timezone.localtime(at)
        self.timeline.plan(moment(self.calendar.add_workdays(local.date(), days), local.hour), act)

    def _plan_claim(self, number: int, duty: Duty) -> None:
        head, office = self.cast.head(self.spare), self.cast.office

        def claim(at):
            row = claim_duty(duty, by=head, department=self.spare, note="与本单位工作相近，愿意牵头", at=at)
            if number:
                self._later(at, 1, lambda at: rule_claim(row, by=office, confirmed=True, at=at))

        self.timeline.plan(self._day(max(3, self.calendar.workdays_between(self.first, self.today) - 3), 15), claim)

    def _plan_checkpoint(self, number: int, checkpoint: Checkpoint) -> None:
        """Most hand in before the limit; of the far ones every fourth is done early; some are late, some come back."""
        over = "agreed" if checkpoint.due_on < self.today else "asked"
        if checkpoint.assignment.duty.recurrence in ("monthly", "quarterly") and over not in self.left_out:
            self.left_out.add(over)
            asked = self.calendar.add_workdays(checkpoint.due_on if over == "agreed" else self.today, -1)
            self.timeline.plan(
                max(moment(asked, 15), self._day(4, 15)), lambda at: self._ask_skip(checkpoint, at, is_agreed=over == "agreed")
            )
            return
        soon = checkpoint.due_on <= self.today + timedelta(days=2)
        turn = number % 9
        forgets = checkpoint.due_on < self.today and checkpoint.department_id == self.spare.pk and not self.has_forgotten
        self.has_forgotten |= forgets
        if forgets or soon and turn == 0 or not soon and number % 4:
            return  # late, or not begun
        if soon:
            day = max(self.calendar.add_workdays(checkpoint.due_on, -2), self.calendar.add_workdays(self.first, 4))
        else:
            day = self.calendar.add_workdays(self.first, 5 + number % 19)
        self.timeline.plan(moment(day, 14, number % 60), lambda at: self._hand_in(number, checkpoint, at))

    def _ask_skip(self, checkpoint: Checkpoint, at: datetime, *, is_agreed: bool) -> None:
        checkpoint.refresh_from_db()
        if checkpoint.status == "open" and checkpoint.assignment.status in ("issued", "accepted"):
            by = self.cast.head(checkpoint.department_id)
            move_checkpoint(checkpoint, move="ask_skip", by=by, reason="活动场地维修，本期并入下期一并开展", at=at)
            if is_agreed:
                office = self.cast.office
                self._later(at, 1, lambda at: move_checkpoint(checkpoint, move="accept_skip", by=office, at=at))

    def _hand_in(self, number: int, checkpoint: Checkpoint, at: datetime) -> None:
        checkpoint.refresh_from_db()
        if checkpoint.status not in ("open", "returned") or checkpoint.assignment.status not in ("issued", "accepted"):
            return  # the part was objected to or ended meanwhile
        by = self.cast.liaison(checkpoint.department_id) if number % 2 else self.cast.head(checkpoint.department_id)
        self._prove(number, checkpoint, by, at)
        found = gate(checkpoint)
        if found and found.state == State.IMPOSSIBLE:
            return  # a wanted kind is missing: it stays open
        move_checkpoint(checkpoint, move="submit", by=by, note="已按要求完成，材料附后", confirmed=True, at=at)
        turn = number % 9
        if turn == 4:
            self._later(at, 1, lambda at: self._answer(checkpoint, "return", at, "缺少活动照片和签到记录，请补齐"))
            if number % 2:
                self._later(at, 3, lambda at: self._hand_in(1, checkpoint, at))
        elif turn != UNANSWERED or self.calendar.workdays_between(timezone.localdate(at), self.today) > PATIENCE:
            self._later(at, 1, lambda at: self._answer(checkpoint, "approve", at))

    def _answer(self, checkpoint: Checkpoint, move: str, at: datetime, reason: str = "") -> None:
        checkpoint.refresh_from_db()
        if checkpoint.status == "submitted":
            move_checkpoint(checkpoint, move=move, by=self.cast.office, reason=reason, at=at)

    def _prove(self, number: int, checkpoint: Checkpoint, by, at: datetime) -> None:
        """A new record of the unit, or one it has already."""
        known = self.kept.get(checkpoint.department_id)
        if known and number % 3 == 0:
            link_evidence(known, checkpoint=checkpoint, by=by, at=at)
            return
        text = checkpoint.assignment.duty.text
        files = [self._file(number, text, by, at)]
        self.kept[checkpoint.department_id] = make_evidence(
            checkpoint.assignment.department,
            by=by,
            title=f"{text[:18]}资料",
            event_on=timezone.localdate(at) - timedelta(days=2),
            caption=f"{checkpoint.assignment.department.name}组织开展，参加人员二十余人",
            **(self._six(text) if self.cast.campaign.asks_filing else {}),
            files=files,
            checkpoint=checkpoint,
            at=at,
        )

    def _six(self, text: str) -> dict[str, str]:
        """The words under a declared photo."""
        return {
            "place": "办公楼内",
            "people": "各科室职工",
            "subject": text[:20],
            "background": "年度创建计划",
            "occasion": "日常创建",
        }

    def _file(self, number: int, text: str, by, at: datetime):
        if number % 2:
            street = number if self.cast.campaign.asks_filing else number % 4  # what is filed shows no picture twice
            upload = SimpleUploadedFile("工作照片.jpg", photo("poster", street, after=True))
        else:
            upload = SimpleUploadedFile("工作记录.pdf", record_page(text, timezone.localdate(at)))
        return store_upload(upload, campaign=self.cast.campaign, by=by, at=at)


def record_page(text: str, on: date) -> bytes:
    """A one-page record as PDF: a heading, the day and ruled lines."""
    page = Image.new("RGB", (620, 877), "white")
    draw = ImageDraw.Draw(page)
    path = font_files()["FandolHei-Regular.otf"]
    font = ImageFont.truetype(str(path), 22) if path.exists() else ImageFont.load_default(22)
    for n, line in enumerate(_lines(f"工作记录：{text}")):
        draw.text((60, 70 + 34 * n), line, fill="black", font=font)
    draw.text((60, 190), f"{on.year}年{on.month}月{on.day}日", fill="black", font=font)
    for y in range(260, 820, 40):
        draw.line([(60, y), (560, y)], fill=(190, 190, 190))
    file = io.BytesIO()
    page.save(file, "PDF", resolution=75)
    return file.getvalue()


def _lines(text: str, width: int = 22) -> Iterator[str]:
    for start in range(0, min(len(text), 3 * width), width):
        yield text[start : start + width]
