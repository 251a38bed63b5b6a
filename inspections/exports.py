"""The ledger and the register of sites as workbooks, in an office's own columns. Takes rows already scoped to the reader."""

import io
from collections.abc import Callable, Iterable

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from checklists.sheets.writing import WrittenColumn, write_sheet
from inspections.models import Extension, Finding, Site

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST = 20_000  # rows of one workbook
TEXT_LIMIT = 32_000  # characters Excel takes in one cell
WIDE = {4: 14, 8: 22, 9: 40, 10: 30, 17: 30}
SITE_COLUMNS = (  # heading, width, value of a site; the headings that an import reads without a doubt
    ("点位名称", 24, lambda site: site.name),
    ("点位类别", 14, lambda site: site.kind.name),
    ("地址", 30, lambda site: site.address),
    ("所属街道", 18, lambda site: site.territory.name if site.territory else ""),
    ("主管单位", 18, lambda site: site.line.name if site.line else ""),
    ("联系人", 12, lambda site: site.contact),
    ("联系电话", 16, lambda site: site.phone),
    ("经度", 12, lambda site: "" if site.longitude is None else str(site.longitude)),
    ("纬度", 12, lambda site: "" if site.latitude is None else str(site.latitude)),
)


def site_workbook(rows: Iterable[Site]) -> bytes:
    """A row per site; without rows the empty template."""
    columns = [WrittenColumn("序号", 6), *(WrittenColumn(heading, width) for heading, width, _value in SITE_COLUMNS)]
    written = [[str(number), *(value(site) for _heading, _width, value in SITE_COLUMNS)] for number, site in enumerate(rows, 1)]
    return write_sheet(name="点位表", columns=columns, rows=written)


def related(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    """Everything a row of the workbook names, in a fixed number of queries per thousand rows."""
    return rows.select_related("kind", "site__kind", "site__territory", "lead", "round", "found_by").prefetch_related(
        "items", "assignments__department", "rectifications__verified_by", "extensions"
    )


def columns(name_of: Callable, *, tells_all: bool) -> list[tuple[str, Callable[[Finding], object]]]:
    """(heading, value of a finding). name_of(person): the name this reader may know; tells_all: also who found and verified by an
    old ledger, as its remarks say. Source: docs/glossary.md, "ledger"."""
    return [
        (_("Number of the finding"), lambda row: row.number),
        (_("Source"), lambda row: row.get_source_display()),
        (_("Found at"), lambda row: _moment(row.found_at)),
        (_("Found by"), lambda row: "" if row.is_entered else name_of(row.found_by)),
        (_("Town or street"), lambda row: row.site.territory.name if row.site and row.site.territory else ""),
        (_("Kind of site"), lambda row: row.site.kind.name if row.site else ""),
        (_("Site"), lambda row: row.where),
        (_("Problem"), lambda row: row.text),
        (_("Items"), lambda row: "\n".join(f"{item.code} {item.text}".strip() for item in row.items.all())),
        (_("Kind of problem"), lambda row: row.kind.name if row.kind else ""),
        (_("Severity"), lambda row: row.get_severity_display()),
        (_("Unit in charge"), lambda row: row.lead.name if row.lead else ""),
        (_("Supporting units"), _supporting),
        (_("Issued at"), lambda row: _moment(row.issued_at)),
        (_("Limit"), lambda row: row.due_on),
        (_("State"), lambda row: row.get_status_display()),
        (_("How it was put right"), lambda row: _last(row, "text")),
        (_("Answered at"), lambda row: _moment(row.submitted_at)),
        (_("Verified by"), lambda row: _verifier(row, name_of)),
        (_("Verified at"), lambda row: _moment(_last(row, "verified_at"))),
        (_("Verdict"), lambda row: _last(row, "verdict")),
        (_("In time"), lambda row: {True: _("yes"), False: _("no")}.get(row.in_time, "")),
        (_("Times returned"), lambda row: row.rework_count),
        (_("Times come back"), lambda row: row.relapse_count),
        (_("Extensions granted"), lambda row: sum(one.ruling == Extension.Ruling.GRANTED for one in row.extensions.all())),
        (_("Struck off on"), lambda row: _moment(row.closed_at)),
        (_("Remarks"), lambda row: "\n".join(filter(None, (row.parked_plan, row.old_number, row.remarks if tells_all else "")))),
    ]


def ledger_workbook(rows: Iterable[Finding], *, title: str, name_of: Callable, tells_all: bool = False) -> bytes:
    """An xlsx file: a heading row that stays, one row per finding; texts are never formulas."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:30] or "1")
    sheet.freeze_panes = "A2"
    table = columns(name_of, tells_all=tells_all)
    for position in range(1, len(table) + 2):
        sheet.column_dimensions[sheet_letter(position)].width = WIDE.get(position, 12)
    sheet.append([_cell(sheet, text, bold=True) for text in (_("No."), *(heading for heading, _value in table))])
    for position, row in enumerate(rows, 1):
        sheet.append([position, *(_cell(sheet, value(row)) for _heading, value in table)])
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def sheet_letter(position: int) -> str:
    """1 -> A, 27 -> AA."""
    letters = ""
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _cell(sheet, value, *, bold=False):
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value)
    text = "".join(mark for mark in value if mark >= " " or mark in "\n\t")[:TEXT_LIMIT]
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # "=1+1" typed by somebody stays a text
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font = Font(bold=True)
    return cell


def _moment(at):
    return timezone.localtime(at).replace(tzinfo=None, second=0, microsecond=0) if at else ""


def _supporting(row):
    return "、".join(one.department.name for one in row.assignments.all() if not one.is_lead and one.ended_at is None)


def _last(row, name):
    """Of the newest answer."""
    answers = row.rectifications.all()
    return getattr(answers[0], name) if answers else ""


def _verifier(row, name_of):
    """Nobody for an act entered from an old ledger, which does not say how it was verified: the one who entered it did not."""
    person = _last(row, "verified_by")
    return name_of(person) if person and (_last(row, "how") or not row.is_entered) else ""
