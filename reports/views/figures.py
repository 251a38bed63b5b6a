"""Every figure of a bulletin opens to what is behind it: findings, checkpoints, or the two numbers of a rate."""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.typed import typed_number
from campaigns.paging import page_of
from checklists.models import Checkpoint
from inspections.models import Finding
from reports.figures import COLUMNS, LAST, RATED
from reports.models import Bulletin
from reports.ranking import as_percent, rate_of
from reports.sections import DEFINITIONS, NEXT_WEEK, PROGRESS, values, week_text
from reports.taking import figures_of

RATED_NAMES = {"in_time": "按期办结", "due": "应办结", "waiting": "待核查", "counted": "应办结－待核查"}
RATE_TERMS = ("统计时点", "按期办结", "应办结", "待核查", "按期整改率")
COLUMN_NAMES = {
    "found": "新增",
    **RATED_NAMES,
    "late": "逾期",
    "due_next": "下周到期",
    **{column: f"上周{RATED_NAMES[column.removeprefix('last_')]}" for column in LAST},
}
PROGRESS_NAMES = {"all": "应办节点", "done": "已完成", "late": "逾期"}
MEANINGS = dict(DEFINITIONS) | {"下周到期": NEXT_WEEK}


@require_safe
def figure_rows(request, pk, column):
    """The findings behind one number of the bulletin, of one unit with `?unit=`; only those the viewer may read."""
    bulletin = _get(request, pk)
    if column not in COLUMN_NAMES or (column in LAST and not request.viewer.reads_all):
        raise Http404
    figures, unit = figures_of(bulletin.figures), _unit(request)
    ids = bulletin.figures[column] if column == "due_next" else figures.rows_behind(column, unit)
    row = figures.row_of(unit) if unit else None
    rows = Finding.objects.visible_to(request.viewer).filter(pk__in=ids).with_related().order_by("due_on", "pk")
    name = COLUMN_NAMES[column]
    meaning = MEANINGS.get(name.removeprefix("上周"), "")
    context = {
        "bulletin": bulletin,
        "column": f"{row.name} {name}" if row else name,
        "definition": meaning.replace("本周", "上周") if column in LAST else meaning,
        "at": values(figures, due_next=0)["截至"] if column not in LAST else "",
        "count": len(ids),
        "page": page_of(request, rows),
    }
    return render(request, "reports/figure_rows.html", context)


@require_safe
def figure_rate(request, pk):
    """按期整改率 and 环比: numerator and denominator of this week and the last, each with its rows; `?unit=`: of one unit."""
    bulletin = _get(request, pk)
    if not request.viewer.reads_all:
        raise PermissionDenied
    figures, unit = figures_of(bulletin.figures), _unit(request)
    row = figures.row_of(unit) if unit else figures.total
    if row is None:
        raise Http404
    this = _week(bulletin, "", row, f"?unit={unit}" if unit else "")
    last = None if unit else _week(bulletin, "last_", figures.last, "") or _without_rows(figures.last_rate)
    lines = [(RATED_NAMES[column], last and last[n], this[n]) for n, column in enumerate(RATED)]
    issue = Bulletin.objects.visible_to(request.viewer).filter(pk=figures.last_issue).first()
    known = values(figures, due_next=0)
    context = {
        "bulletin": bulletin,
        "unit": row if unit else None,
        "lines": lines,
        "rate": as_percent(row.rate),
        "last_rate": _last_rate(figures),
        "week": week_text(bulletin.monday),
        "last_week": week_text(date.fromisoformat(figures.monday) - timedelta(days=7)),
        "last_issue": issue,
        "has_last": last is not None,
        "change": "" if unit else known["环比"],
        "definitions": [(name, MEANINGS[name]) for name in (*RATE_TERMS, *([] if unit else ["环比"]))],
    }
    return render(request, "reports/figure_rate.html", context)


def _week(bulletin, prefix, row, asked):
    """(count, address of its rows) of what one week's rate is made of; None for rows that were not kept."""
    if row is None:
        return None
    address = [bulletin.campaign_id, bulletin.pk]
    return [(len(getattr(row, one)), reverse("figure_rows", args=[*address, prefix + one]) + asked) for one in RATED]


def _without_rows(rate):
    """The same of an issue frozen before last week's rows were kept: two counts that open to nothing."""
    if rate is None:
        return None
    known = {"in_time": rate[0], "counted": rate[1]}
    return [(known.get(column, "—"), "") for column in RATED]


def _last_rate(figures):
    done, counted = figures.last_rate or (0, 0)
    return as_percent(rate_of(in_time=done, due=counted, waiting=0))


@require_safe
def figure_progress(request, pk, project, column):
    """The checkpoints behind one cell of the table of progress; only those the viewer may read.

    project: its place in the table. An issue frozen before the rows were kept has none: 404.
    """
    bulletin = _get(request, pk)
    projects = dict(enumerate(bulletin.figures["progress"]))
    row = projects.get(project, {})
    if column not in PROGRESS_NAMES or "ids" not in row:
        raise Http404
    rows = Checkpoint.objects.visible_to(request.viewer).filter(pk__in=row["ids"][column])
    rows = rows.select_related("assignment__duty__item", "department").order_by("due_on", "pk")
    context = {
        "bulletin": bulletin,
        "project": row["name"],
        "column": PROGRESS_NAMES[column],
        "definition": dict(PROGRESS)[PROGRESS_NAMES[column]],
        "count": row[column],
        "page": page_of(request, rows),
    }
    return render(request, "reports/figure_progress.html", context)


def _get(request, pk):
    return get_object_or_404(Bulletin.objects.visible_to(request.viewer), pk=pk)


def _unit(request):
    return typed_number(request.GET.get("unit"))


# --- the way to them ------------------------------------------------------------------------------


def figures_context(bulletin):
    """What `_bulletin_figures.html` shows: the figures, each with the address of what is behind it."""
    figures = figures_of(bulletin.figures)
    address = [bulletin.campaign_id, bulletin.pk]
    rows = {name: reverse("figure_rows", args=[*address, column]) for column, name in COLUMN_NAMES.items() if column not in LAST}
    rate = reverse("figure_rate", args=address)
    rows |= {"按期整改率": rate, "环比": rate, "逾期单位": rows["逾期"]}
    known = values(figures, due_next=len(bulletin.figures["due_next"]))
    moved = [(group.name, [row for row in group.rows if row.found or row.due or row.late]) for group in figures.groups]
    return {
        "known": [(name, text, rows.get(name)) for name, text in known.items()],
        "groups": [(name, [_unit_row(row, rows) for row in units]) for name, units in moved if units],
        "columns": [COLUMN_NAMES[column] for column in COLUMNS],
        "projects": [
            (row["name"], [_progress_cell(row, column, [*address, number, column]) for column in PROGRESS_NAMES])
            for number, row in enumerate(bulletin.figures["progress"])
        ],
        "progress_columns": list(PROGRESS_NAMES.values()),
        "definitions": DEFINITIONS,
    }


def _unit_row(row, addresses):
    asked = f"?unit={row.department_id}"
    cells = [(len(getattr(row, column)), addresses[COLUMN_NAMES[column]] + asked) for column in COLUMNS]
    return row, cells, as_percent(row.rate), addresses["按期整改率"] + asked


def _progress_cell(row, column, address):
    return row[column], reverse("figure_progress", args=address) if "ids" in row else ""
