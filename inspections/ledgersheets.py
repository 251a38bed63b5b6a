"""An old ledger beside the portal: which site, words and units each row means, how far it goes, and whether it is here already.

Import.decisions, beside what checklists.readings names: "names" {name: decision} of units, "words" {what: {name: decision}} of
sites, kinds, severities and sources ({"do": "map", "to": id or value}, {"do": "map", "named": a site as typed}, {"do": "make"},
{"do": "skip"}; the name "*" decides for all that nobody named), "answers" {question: day
or word} for what no row says (ledgercourse.ANSWERS), "again" ["sheet|row"] taken in although they seem to be here.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Department
from campaigns.calendars import calendar_of
from campaigns.viewer import Viewer
from checklists.models import Import
from checklists.readings import SheetReading, doubt_key, known, read_sheets
from checklists.register import Register, key
from checklists.sheets.doubts import Doubt, Proposal, in_order, short
from checklists.sheets.ledger import DATES, PHOTOS, LedgerRow, read_ledger
from checklists.sheets.text import joined
from inspections.ledgercourse import ANSWERS, YEAR, Course, Frame, past_day, read_course, read_limit
from inspections.ledgerwords import COLUMNS, WordReading, read_words
from inspections.models import Finding, Severity, Site, Source

LONGEST = {"text": 1000, "place": 120, "kind": 40, "old_number": 60}
FIELDS = {"number", "code", "territory", "site", "problem", "demand", "found_on", *PHOTOS}  # become fields, or cannot be read
SPENT = {"issue": {"issued_on"}, "submit": {"done_on", "measures"}} | dict.fromkeys(
    ("close", "return"), {"verified_on", "verdict", "closed_on"}
)  # act -> what it takes from the row
ASKED = ("near_name", "odd_name", "unit_number")  # doubts about names: each is a question of its own here
UNITS = ("lead", "unit", "supporting")
NOTHING = ("0", "-", "—", "/", "无")
VOID = ("作废", "已作废")


@dataclass
class NameReading:
    """One name of a unit. members: the unit, or those a name of a group stands for; none while it is not known or to be made."""

    name: str
    rows: list[int] = field(default_factory=list)
    members: list[Department] = field(default_factory=list)
    near: Department | None = None
    do: str = ""
    is_known: bool = False

    @property
    def is_open(self) -> bool:
        return not self.members and self.do not in ("make", "skip")

    @property
    def may_lead(self) -> bool:
        return len(self.members) == 1 or self.do == "make" and not self.members


@dataclass
class FindingReading:
    """One row. status: new, here (as `finding`), void (in the old ledger); lead, supporting: names of the sheet; state: in which
    the finding ends."""

    row: LedgerRow
    sheet: str
    course: Course
    whole_text: str = ""
    status: str = "new"
    finding: int | None = None
    site: Site | None = None
    place: str = ""
    kind: object = None
    severity: str = Severity.ORDINARY
    source: str = Source.OTHER
    lead: str = ""
    supporting: list[str] = field(default_factory=list)
    due_on: date | None = None
    remarks: str = ""
    is_again: bool = False

    @property
    def key(self) -> str:
        return f"{self.sheet}|{self.row.number}"

    @property
    def text(self) -> str:
        return self.whole_text[: LONGEST["text"]]

    @property
    def old_number(self) -> str:
        return joined(self.row.cells.get("code", ""))[: LONGEST["old_number"]]

    @property
    def where(self) -> str:
        """As Finding.where."""
        return " ".join(part for part in (self.site.name if self.site else "", self.place) if part)

    @property
    def state(self) -> str:
        return self.course.state


@dataclass
class LedgerReading:
    """What the chosen sheets say beside the portal."""

    sheets: list[SheetReading]
    rows: list[FindingReading]
    words: dict[str, dict[str, WordReading]]
    names: dict[str, NameReading]
    answers: dict[str, str]
    doubts: tuple[Doubt, ...]
    known: frozenset[str]

    @property
    def open_words(self) -> list[WordReading]:
        return [one for words in self.words.values() for one in words.values() if one.is_open]

    @property
    def open_names(self) -> list[NameReading]:
        return [one for one in self.names.values() if one.is_open]

    @property
    def questions(self) -> dict[str, list[FindingReading]]:
        """Question of ANSWERS -> the rows that need its answer."""
        asking = {name: [one for one in self.having("new") if one.course.asks == name] for name in ANSWERS}
        return {name: rows for name, rows in asking.items() if rows}

    @property
    def open_doubts(self) -> list[Doubt]:
        return [doubt for doubt in self.doubts if doubt_key(doubt) not in self.known]

    @property
    def marks(self) -> list[Doubt]:
        """What the sheet handed back says beside its rows."""
        return self.open_doubts

    @property
    def waiting(self) -> int:
        """Questions a person must answer before anything is saved."""
        return len(self.open_words) + len(self.open_names) + len(self.questions)

    def having(self, status: str) -> list[FindingReading]:
        return [one for one in self.rows if one.status == status]

    def ending(self, state: str) -> list[FindingReading]:
        return [one for one in self.having("new") if one.state == state]


# --- decisions ------------------------------------------------------------------------------------


def answer(question: str, said: str):
    """What the ledger does not say of some rows; "" takes it back."""

    def change(decisions):
        answers = decisions.setdefault("answers", {})
        answers.pop(question, None)
        if said:
            answers[question] = said

    return change


def take_again(place: str, *, takes: bool):
    """A row that seems to be here is another finding, or is not after all."""

    def change(decisions):
        decisions["again"] = sorted({*decisions.get("again", ())} - {place} | ({place} if takes else set()))

    return change


# --- reading --------------------------------------------------------------------------------------


def read_ledger_import(row: Import, *, register: Register, by: Viewer, now: datetime | None = None) -> LedgerReading:
    """Everything the sheets say beside what there is; a fixed number of queries whatever their size."""
    with translation.override(row.campaign.language):  # what is kept with a finding is read in papers
        return _read(row, register, by, now or timezone.now())


def _read(row: Import, register: Register, by: Viewer, now: datetime) -> LedgerReading:
    names = list(register.names)
    sheets = read_sheets(row, lambda grid, _kind, settled: read_ledger(grid, known_names=names, settled=settled))
    chosen = [one for one in sheets if one.chosen and one.sheet]
    answers = row.decisions.get("answers", {})
    today = timezone.localdate(now)
    columns = {one.name: _columns(one) for one in chosen}
    rows = [one for sheet in chosen for one in _rows(sheet, Frame(columns[sheet.name], answers, now))]
    _find_known(rows, row, by)
    fresh = [one for one in rows if one.status == "new"]
    words = read_words([one.row for one in fresh], row.decisions.get("words", {}), by=by)
    units = _read_names(fresh, row.decisions.get("names", {}), register)
    reading = LedgerReading(sheets, rows, words, units, answers, (), known(row))
    own: dict[str, list[Doubt]] = {one.name: [] for one in chosen}
    calendar = cache(lambda: calendar_of(row.campaign))
    for name, doubts in own.items():
        doubts += _year_doubts([one for one in fresh if one.sheet == name], today)
    for one in fresh:
        _settle(one, reading)
        own[one.sheet] += _doubts(one, reading, by, today, calendar)
        one.remarks = _remarks(one, reading, columns[one.sheet])
    kept = [doubt for one in chosen for doubt in one.sheet.doubts if doubt.kind not in ASKED]
    reading.doubts = (*kept, *(doubt for one in chosen for doubt in in_order(own[one.name], one.name)))
    return reading


def _columns(one: SheetReading) -> dict[str, tuple[int, str]]:
    return {column.meaning: (column.index, column.text) for column in reversed(one.sheet.columns) if column.meaning}


def _rows(sheet: SheetReading, frame: Frame):
    for row in sheet.sheet.rows:
        if row.cells.get("problem"):
            is_void = joined(row.cells.get("state", "")) in VOID
            course = read_course(row.number, row.cells, frame)
            one = FindingReading(row, sheet.name, course, _text(row), "void" if is_void else "new")
            one.place = _place(row)
            yield one


def _text(row: LedgerRow) -> str:
    problem, demand = row.cells["problem"], row.cells.get("demand", "")
    return f"{problem}\n{_('What is demanded')}：{demand}" if demand else problem


def _place(row: LedgerRow) -> str:
    """Town and place as one text, else the row across the table the finding stands under, else the town."""
    site, territory = joined(row.cells.get("site", "")), joined(row.cells.get("territory", ""))
    if site:
        return site if territory in site else f"{territory} {site}"
    return row.group or territory or _("place not given")


def _find_known(rows: list[FindingReading], row: Import, by: Viewer) -> None:
    """Rows whose place, problem and day are those of a finding that is not void."""
    days = {timezone.localdate(one.course.found_at) for one in rows if one.course.found_at}
    if not days:
        return
    begin, end = (timezone.make_aware(datetime.combine(day, time())) for day in (min(days), max(days) + timedelta(days=1)))
    near = Finding.objects.filter(campaign=by.campaign, found_at__gte=begin, found_at__lt=end, found_at__date__in=days)
    near = near.exclude(status=Finding.Status.VOID)
    here: dict[tuple, int] = {}
    for pk, site, place, text, at in near.order_by("-pk").values_list("pk", "site__name", "place", "text", "found_at"):
        where = " ".join(part for part in (site, place) if part)
        here[key(where), key(text), timezone.localdate(at)] = pk
    again = row.decisions.get("again", ())
    mapped = row.decisions.get("words", {}).get("site", {})
    chosen = [one["to"] for one in mapped.values() if "to" in one]
    sites = dict(Site.objects.filter(pk__in=chosen).values_list("pk", "name"))
    for one in rows:
        if not one.course.found_at:
            continue
        day, text, site = timezone.localdate(one.course.found_at), key(one.text), joined(one.row.cells.get("site", ""))
        said = mapped.get(site, {})
        places = (one.place[: LONGEST["place"]], site, sites.get(said.get("to"), ""), said.get("named", ""))
        one.finding = next((here[key(place), text, day] for place in places if (key(place), text, day) in here), None)
        one.is_again = one.key in again
        if one.finding and one.status == "new" and not one.is_again:
            one.status = "here"


def _read_names(rows, decided, register: Register) -> dict[str, NameReading]:
    found: dict[str, NameReading] = {}
    for one in rows:
        for name in (*one.row.leads, *one.row.supporting):
            found.setdefault(name, NameReading(name)).rows.append(one.row.number)
    for name, one in found.items():
        decision = decided.get(name, {})
        one.members, one.do = list(register.find(name)), decision.get("do", "")
        one.is_known = bool(one.members)
        if one.do == "map" and decision.get("unit") in register.departments:
            one.members = [register.departments[decision["unit"]]]
        if one.is_open:
            one.near = register.near(name)
    return found


def _settle(one: FindingReading, reading: LedgerReading) -> None:
    """What the words and names of the row mean."""
    meant = {what: words.get(joined(one.row.cells.get(COLUMNS[what], ""))) for what, words in reading.words.items()}
    if meant["site"] and meant["site"].value:
        one.site = meant["site"].value
        one.place = _spot(joined(one.row.cells["site"]), one.site.name) if meant["site"].is_known else ""
    one.place = one.place[: LONGEST["place"]]
    for what in ("kind", "severity", "source"):
        if meant[what] and meant[what].value:
            setattr(one, what, meant[what].value)
    if meant["kind"] and meant["kind"].do == "make":
        one.kind = meant["kind"].name
    leads = [name for name in one.row.leads if reading.names[name].may_lead]
    one.lead = leads[0] if leads else ""
    one.supporting = [name for name in (*one.row.leads, *one.row.supporting) if name != one.lead]


def _doubts(one: FindingReading, reading: LedgerReading, by: Viewer, today: date, calendar):
    """What is not certain of the row; the course and the limit end up as they will be saved."""
    number, course = one.row.number, one.course
    yield from course.doubts
    leading = [name for name in one.row.leads if name in reading.names and reading.names[name].may_lead]
    if len(leading) > 1:
        yield Doubt(number, "several_leads", {"names": "、".join(leading), "name": one.lead})
    if not one.lead:
        course.acts = []
    if not one.lead and not any(reading.names[name].is_open for name in one.row.leads):
        yield Doubt(number, "no_lead", {"name": short(one.row.cells["problem"])})
    units = [unit for name in (one.lead, *one.supporting) if name for unit in reading.names[name].members]
    own = dict.fromkeys(unit.name for unit in units if unit.pk in by.department_ids)
    if own and course.state in ("closed", "returned"):
        course.acts.pop()
        yield Doubt(number, "own_unit", {"name": "、".join(own)})
    if not (one.row.cells.get("site") or one.row.cells.get("territory") or one.row.group):
        skip = Proposal("skip", row=number)
        yield Doubt(number, "no_place", {"name": short(one.row.cells["problem"])}, proposals=(skip,))
    if len(one.whole_text) > LONGEST["text"]:
        yield Doubt(number, "long_text", {"start": short(one.whole_text), "most": LONGEST["text"]})
    issued_on = timezone.localdate(course.issued_at) if course.acts else None
    limit = read_limit(one.row.cells.get("time_limit", ""), issued_on=issued_on, today=today, calendar=calendar)
    one.due_on = limit.due_on
    if limit.doubt:
        kind, facts = limit.doubt
        yield Doubt(number, kind, facts)


def _spot(text: str, site: str) -> str:
    """What stands behind the name of the site."""
    parts = text.split(" ")
    return next(" ".join(parts[n:]) for n in range(len(parts), 0, -1) if key("".join(parts[:n])) == key(site))


def _year_doubts(rows: list[FindingReading], today: date) -> list[Doubt]:
    """One for all days of the sheet that name no year."""
    for one in rows:
        for text in filter(None, map(one.row.cells.get, DATES)):
            if not YEAR.search(text) and (found := past_day(text, today=today)):
                return [Doubt(one.row.number, "no_year", {"text": short(text), "day": found[0].isoformat()})]
    return []


def _remarks(one: FindingReading, reading: LedgerReading, columns) -> str:
    """What became neither a field nor an act, a line each: who found and verified, slips, words and names left blank."""
    cells = one.row.cells
    spent = FIELDS.union(*(SPENT[move] for move, _at in one.course.acts))
    for what, meaning in COLUMNS.items():
        word = reading.words[what].get(joined(cells.get(meaning, "")))
        spent |= {meaning} if word and word.do != "skip" else set()
    if not any(reading.names[name].do == "skip" for name in (*one.row.leads, *one.row.supporting)):
        spent |= {*UNITS}
    kept = [(columns[meaning][1], text) for meaning, text in cells.items() if meaning not in spent and text not in NOTHING]
    return "\n".join(dict.fromkeys(f"{joined(heading)}：{joined(text)}" for heading, text in (*kept, *one.row.other)))
