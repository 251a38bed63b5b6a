"""The backward plan on paper: the chart for the wall, its stages, the latest start of each task. A3 or A4, landscape."""

from collections import defaultdict
from datetime import date

from campaigns.models import Campaign
from checklists.gantt import ROW, Drawn, split
from checklists.models import Assignment
from checklists.plan import Plan, Start
from reports.printing import render_pdf
from reports.typeset.text import chinese_day

TEMPLATE = "reports/pdf/plan.html"
PAPERS = ("A3", "A4")
ROWS = 19  # of the chart on one page, of either paper: the chart is as wide as the paper
WALL, TALLEST = 21 * ROW, 3 * ROW  # user units: all rows of a wall chart on one sheet, which few rows fill too; one of them
CHARACTER, GAP = 11.5, 14  # user units: one character of a row's name, the room around it
SHORTEST_NAME, LONGEST_NAME = 10, 19  # characters: the days stand under every name, longer names are cut


def plan_pdf(plan: Plan, campaign: Campaign, *, paper: str) -> bytes:
    """The plan as of its day, in Chinese; the same plan gives the same bytes. paper: one of PAPERS."""
    left = _room_of_names(plan)
    row = min(TALLEST, WALL / len(plan.bars)) if paper == "A3" and 0 < len(plan.bars) < ROWS else ROW
    chart = plan.chart({"today": "今天", "assessment": "测评"}, left=left, row=row)
    leads = _leads([start.duty.pk for start in plan.starts])
    context = {
        "paper": paper,
        "title": f"{campaign.name.removesuffix('创建')}创建工作倒排计划",
        "office": campaign.office_name,
        "assessment": chinese_day(plan.assessment) if plan.assessment else "",
        "day": chinese_day(plan.today),
        "charts": [_chart(piece, left) for piece in split(chart, most=ROWS)] if chart else [],
        "stages": [
            (span.name, chinese_day(span.starts_on), chinese_day(span.ends_on), span.days, _stands(span, plan.today))
            for span in plan.stages
        ],
        "starts": [_start(number, start, leads) for number, start in enumerate(plan.starts, 1)],
        "missed": len(plan.missed),
        "shortage": plan.shortage,
        "unknown_years": plan.unknown_years,
    }
    return render_pdf(TEMPLATE, context)


def _leads(duties: list[int]) -> dict[int, list[str]]:
    """The leading units of the issued table, as everybody may read them."""
    found = defaultdict(list)
    parts = Assignment.objects.issued().filter(duty__in=duties, is_lead=True).order_by("department__position", "pk")
    for duty, name in parts.values_list("duty", "department__name"):
        found[duty].append(name)
    return found


def _room_of_names(plan: Plan) -> int:
    """User units left of the chart: no more than the longest name takes, so that the bars have the width of the paper."""
    longest = max((len(bar.label) for bar in plan.bars), default=0)
    return round(min(max(longest, SHORTEST_NAME), LONGEST_NAME) * CHARACTER + GAP)


def _chart(piece, left: int) -> dict:
    return {
        "width": piece.width,
        "height": piece.height,
        "top": piece.top,
        "thick": piece.thick,
        "ticks": piece.ticks,
        "end": piece.end,
        "marks": piece.marks,
        "rows": [_row(row) for row in piece.rows],
        "name_at": left - 8,
    }


def _row(row: Drawn) -> dict:
    bar = row.bar
    name = bar.label if len(bar.label) <= LONGEST_NAME else bar.label[: LONGEST_NAME - 1] + "…"
    days = f"{bar.starts_on.month}月{bar.starts_on.day}日—{_end(bar.starts_on, bar.ends_on)}"
    return {
        "name": name,
        "days": days,
        "css": bar.css or "stage",
        "x": row.x,
        "y": row.y,
        "width": row.width,
        "middle": row.middle,
        "lost": row.lost,
    }


def _end(first: date, last: date) -> str:
    return chinese_day(last) if last.year != first.year else f"{last.month}月{last.day}日"


def _stands(span, today: date) -> str:
    return "已过" if span.ends_on < today else "进行中" if span.starts_on <= today else "未开始"


def _start(number: int, start: Start, leads: dict[int, list[str]]) -> dict:
    state = "已开始" if start.is_begun else "应开始未开始" if start.is_missed else "未到开始日"
    return {
        "number": number,
        "text": start.duty.text,
        "leads": "、".join(leads.get(start.duty.pk, ())) or "—",
        "starts_on": chinese_day(start.starts_on),
        "ends_on": chinese_day(start.ends_on),
        "state": state,
        "is_missed": start.is_missed,
    }
