"""How far each task is, in the words of a work progress table: what was done, what is finished, what is wrong, what comes next.

Of the leading units' parts, as the viewer may read them; of one's own supporting part where the lead's is not one's to read.
Papers are in Chinese, whoever asks.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch
from django.utils import timezone

from campaigns.clock import is_late
from campaigns.viewer import Viewer
from checklists.models import Assignment, Checklist, Checkpoint

Status = Checkpoint.Status
WORDS = {
    Status.OPEN: "未完成",
    Status.SUBMITTED: "已提交，待审核",
    Status.RETURNED: "已退回，待重新提交",
    Status.APPROVED: "已完成",
    Status.NOT_NEEDED: "不适用",
    Status.ASKED: "申请本次不开展，待答复",
    Status.SKIPPED: "本次不开展",
}
PART_WORDS = {Assignment.Status.DRAFT: "待下达", Assignment.Status.ISSUED: "待签收", Assignment.Status.DISPUTED: "有异议，待裁定"}
OPEN = (Status.OPEN, Status.RETURNED)
WAITING = (Status.SUBMITTED, Status.ASKED)  # the office's turn


@dataclass
class Standing:
    """One task. moving, problems, next: lines of text; done: words; total, finished: counts of what is to be ticked off."""

    moving: list[str] = field(default_factory=list)
    done: str = ""
    problems: list[str] = field(default_factory=list)
    next: list[str] = field(default_factory=list)
    total: int = 0
    finished: int = 0

    @property
    def rate(self) -> str:
        return f"{round(100 * self.finished / self.total)}%" if self.total else ""

    def text(self, name: str) -> str:
        """What the column of this meaning prints."""
        value = getattr(self, name)
        return value if isinstance(value, str) else "\n".join(value)


def standings(checklist: Checklist, viewer: Viewer, *, now: datetime) -> dict[int, Standing]:
    """Task -> how far it is; two queries. Tasks of which the viewer reads no part are left out."""
    points = Checkpoint.objects.order_by("due_on", "pk")  # of assignments the viewer may read: seen with them
    parts = Assignment.objects.visible_to(viewer).running().filter(duty__checklist=checklist, duty__ended_on=None)
    parts = parts.select_related("department").prefetch_related(Prefetch("checkpoints", points, to_attr="points"))
    by_duty = defaultdict(list)
    for part in parts.order_by("department__position", "pk"):
        by_duty[part.duty_id].append(part)
    office = viewer.campaign.office_name
    return {duty: _standing([part for part in rows if part.is_lead] or rows, now, office) for duty, rows in by_duty.items()}


def _standing(parts, now, office) -> Standing:
    found, several = Standing(), len(parts) > 1
    for part in parts:
        name = f"{part.department.name}：" if several else ""
        found.total += len(part.points)
        found.finished += sum(point.status in Checkpoint.FINISHED for point in part.points)
        found.moving += [name + text for text in _last_note(part)]
        found.problems += [name + text for text in _problems(part, now)]
        found.next += [name + text for text in _next(part, now, office)]
    found.done = _done(parts, found)
    return found


def _done(parts, found: Standing) -> str:
    points = [point for part in parts for point in part.points]
    if not points:
        return "、".join(dict.fromkeys(PART_WORDS.get(part.status, "未开展") for part in parts))
    if len(points) == 1:
        return WORDS[points[0].status]
    return f"已完成{found.finished}项，共{found.total}项（{found.rate}）"


def _last_note(part) -> list[str]:
    """What the unit wrote when it last handed something in."""
    written = [point for point in part.points if point.note and point.submitted_at]
    if not written:
        return []
    last = max(written, key=lambda point: (point.submitted_at, point.pk))
    day = timezone.localdate(last.submitted_at)
    return [f"{day.month}月{day.day}日{_title(last)}：{last.note.strip()}"]


def _problems(part, now) -> list[str]:
    texts = [PART_WORDS[part.status]] if part.status == Assignment.Status.DISPUTED else []
    for point in part.points:
        if is_late(point.clock_due_at, now):
            texts.append(f"{_title(point)}已超期（时限{_day(point.due_on)}）")
        if point.status == Status.RETURNED:
            texts.append(f"{_title(point)}已退回：{point.reason.strip() or '未写原因'}")
    return texts


def _next(part, now, office) -> list[str]:
    """The next thing the unit must hand in, or whose turn it is."""
    point = next((point for point in part.points if point.status in OPEN), None)
    if point:
        act = "重新提交" if point.status == Status.RETURNED else "完成"
        when = "尽快" if is_late(point.clock_due_at, now) else f"{_day(point.due_on)}前"
        return [f"{when}{act}{_title(point)}"]
    if any(point.status in WAITING for point in part.points):
        return [f"待{office}审核"]
    return []


def _title(point) -> str:
    return f"“{point.title}”" if point.title else ""


def _day(day) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
