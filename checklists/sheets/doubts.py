"""A doubt: something the sheet leaves open. It is shown and never decided silently."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace

from django.utils.translation import gettext_lazy as _

# kind -> sentence. `meaning` in the facts is a key of MEANINGS and is shown by its label.
TEXTS = {
    "blank": _("Row %(row)s: “%(heading)s” is empty and not merged. Is it the same as above (“%(above)s”)?"),
    "blank_top": _("Row %(row)s: “%(heading)s” is empty and nothing stands above it."),
    "several_in_cell": _("Row %(row)s: %(count)s numbered standards stand in one cell (“%(start)s”). It was counted as one."),
    "duplicate": _("Rows %(first)s and %(row)s say the same and were taken as one: “%(start)s”."),
    "same_code": _("Row %(row)s: the number %(code)s is used for “%(start)s”, in row %(first)s for “%(other)s”. Are they one?"),
    "ended_above": _("Row %(row)s: “%(start)s” has no parts here but %(count)s in another sheet. Only the parts become duties."),
    "cut_text": _("Row %(row)s: the text is exactly 255 characters long and may have been cut off: “…%(end)s”."),
    "group_row": _("Row %(row)s is a row across the table: “%(start)s”. It was taken as a caption, not as a task."),
    "note_row": _("Row %(row)s was taken as a note below the table: “%(start)s”."),
    "unknown_heading": _("Column %(column)s: the heading “%(heading)s” is not known. Proposal: %(meaning)s."),
    "used_heading": _("Column %(column)s: the heading “%(heading)s” is not known. It was read as: %(meaning)s."),
    "strange_heading": _("Column %(column)s: the heading “%(heading)s” is not known. Proposal: keep it as a remark."),
    "no_heading_text": _("Column %(column)s has no heading but holds text. Proposal: keep it as a remark."),
    "same_heading": _(
        "Column %(column)s: “%(heading)s” means the same as column %(other)s (%(meaning)s). "
        "Only column %(other)s counts, this one is kept as a remark."
    ),
    "near_name": _("Row %(row)s: “%(name)s” may be the same unit as “%(other)s”. Proposal: take them as one."),
    "odd_name": _("Row %(row)s: “%(name)s” does not look like the name of a unit."),
    "unit_in_text": _("Row %(row)s: the text names “%(names)s” as the unit. Proposal: take it as the unit of this row."),
    "unit_number": _("Row %(row)s: “%(name)s” is a number, not the name of a unit."),
    "unit_without_name": _("Row %(row)s: there is the number of a unit (%(code)s) but no name."),
    "same_above": _("Row %(row)s: “%(heading)s” says “%(text)s”. Is “%(above)s” meant?"),
    "same_above_top": _("Row %(row)s: “%(heading)s” says “%(text)s”, but nothing stands above it."),
    "test_row": _("Row %(row)s looks like a trial entry (“%(start)s”). Proposal: leave it out."),
    "tabbed_row": _("Row %(row)s: %(count)s cells were pasted into one (“%(start)s”). Proposal: spread them over the columns."),
    "same_number": _("Row %(row)s: the number %(number)s stands in row %(first)s already."),
    "looks_differ": _("Row %(row)s: “%(start)s” differs from row %(first)s only in dashes, width or spaces. They count as two."),
    "several_methods": _(
        "Row %(row)s: %(count)s numbered methods stand in one cell (“%(start)s”). All were taken for this item."
    ),
    "points_sum": _("Row %(row)s: “%(start)s” has %(whole)s points, its parts have %(sum)s together."),
    "points_differ": _(
        "Row %(row)s: “%(start)s” has %(points)s points here and %(other)s in row %(first)s. The first ones count."
    ),
    "points_text": _("Row %(row)s: “%(text)s” is not a number of points."),
    "several_points": _("Row %(row)s: “%(start)s” names points %(count)s times. Together they are %(points)s."),
    "time_limit": _("Row %(row)s: %(problem)s"),
    "no_unit": _("Row %(row)s: no unit stands beside “%(name)s”."),
    "unknown_role": _("Row %(row)s: the role “%(text)s” is not known."),
    "odd_phone": _("Row %(row)s: “%(text)s” is not a telephone number."),
    "odd_email": _("Row %(row)s: “%(text)s” is not a mail address."),
    "same_person": _("Row %(row)s: %(name)s (%(unit)s) stands in row %(first)s already."),
    "same_phone": _("Row %(row)s: %(name)s has the same telephone number as %(other)s in row %(first)s."),
    "parent_not_found": _("Row %(row)s: the unit above, “%(parent)s”, does not stand in the sheet."),
    "parent_differs": _("Row %(row)s: “%(name)s” stands under “%(parent)s” here and under “%(other)s” in row %(first)s."),
    "parent_loop": _("Row %(row)s: “%(name)s” stands above itself."),
    "same_name": _("Row %(row)s: “%(name)s” is also a name of “%(other)s” (row %(first)s)."),
    "odd_position": _("Row %(row)s: “%(text)s” is not a place in the order."),
    "address_of_other": _("Row %(row)s: the telephone number or mail address of %(name)s belongs to an account of another name."),
    "unit_elsewhere": _(
        "Row %(row)s: “%(name)s” stands under “%(other)s” in the register, here under “%(parent)s”. It stays where it is."
    ),
    "unit_by_alias": _("Row %(row)s: “%(name)s” was taken as “%(unit)s” of the register, which bears its other name."),
    "alias_taken": _("Row %(row)s: “%(name)s” is already a name of “%(unit)s” in the register. It is not added."),
    "no_role": _("Row %(row)s: no role stands beside “%(name)s”."),
    "unit_several": _("Row %(row)s: several units of the register are called “%(name)s”."),
    "unit_near": _("Row %(row)s: “%(name)s” may be “%(other)s” of the register."),
    "unknown_unit": _("Row %(row)s: “%(name)s” is no unit of the register."),
    "unknown_kind": _("Row %(row)s: “%(name)s” is no kind of site of the register."),
    "no_kind": _("Row %(row)s: the site “%(name)s” has no kind."),
    "same_site": _("Row %(row)s: “%(name)s” stands in row %(first)s already."),
    "long_text": _("Row %(row)s: “%(start)s” is longer than %(most)s characters. It is cut there."),
    "several_lines": _("Row %(row)s: several units in charge (%(names)s). Only “%(name)s” is taken."),
    "odd_place": _("Row %(row)s: “%(text)s” is no longitude or latitude."),
    "far_place": _("Row %(row)s: %(text)s does not lie in China. Perhaps longitude and latitude are exchanged."),
    "half_place": _("Row %(row)s: of longitude and latitude only “%(text)s” stands here."),
    "odd_date": _("Row %(row)s: “%(text)s” in “%(heading)s” is not a date."),
    "no_text": _("Row %(row)s: “%(heading)s” is empty."),
    "photo_column": _(
        "Column %(column)s (“%(heading)s”): pictures inside a sheet are not read. Add them later on the page of the finding."
    ),
    "acts_order": _(
        "Row %(row)s: “%(heading)s” (%(text)s) lies before “%(other)s” (%(before)s). The row goes only as far as the step before."
    ),
    "no_year": _("Row %(row)s: “%(text)s” names no year. Such days are taken as the last ones that are past, here %(day)s."),
    "future_date": _("Row %(row)s: “%(heading)s” (%(text)s) has not come yet. The row goes only as far as the step before."),
    "not_done": _(
        "Row %(row)s: verified or struck off (%(text)s), but “%(heading)s” is empty. "
        "Without a day the row stays with the unit, to be put right."
    ),
    "odd_verdict": _("Row %(row)s: it does not say clearly whether it was put right (“%(text)s”). The row stays to be verified."),
    "no_lead": _("Row %(row)s: no unit of the register leads “%(name)s”. It stays a draft."),
    "several_leads": _("Row %(row)s: several units in charge (%(names)s). “%(name)s” leads, the others support."),
    "own_unit": _(
        "Row %(row)s: “%(name)s” is your own unit: you cannot verify for it. "
        "The row stays to be verified; a colleague strikes it off."
    ),
    "limit_before": _("Row %(row)s: the limit %(text)s lies before the day of issue. The campaign's own limit counts instead."),
    "limit_by_rule": _("Row %(row)s: “%(text)s” gives no day. The campaign's own limit counts instead."),
    "limit_past": _("Row %(row)s: the limit %(text)s is over and the row was not issued. It will count from the day of issue."),
    "no_place": _("Row %(row)s: no place stands beside “%(name)s”."),
    "near_item": _("Row %(row)s: “%(start)s” is not in the standard. Proposal: “%(other)s”."),
    "item_above": _("Row %(row)s: “%(start)s” stands above %(count)s items of the standard. Which one is meant?"),
    "item_twice": _("Row %(row)s: “%(start)s” stands %(count)s times in the standard. Which one is meant?"),
    "item_not_found": _("Row %(row)s: “%(start)s” is not in the standard."),
}

MEANINGS = {
    "project": _("project"),
    "indicator": _("indicator"),
    "content": _("content"),
    "criterion": _("criterion"),
    "requirement": _("requirement"),
    "method": _("method"),
    "proof": _("wanted proof"),
    "points": _("points"),
    "number": _("number"),
    "code": _("code"),
    "note": _("remark"),
    "duty": _("duty"),
    "measures": _("measures"),
    "time_limit": _("time limit"),
    "leading_leader": _("leading leader"),
    "person": _("person responsible"),
    "phone": _("telephone"),
    "lead": _("lead unit"),
    "supporting": _("supporting unit"),
    "progress": _("progress"),
    "grade": _("grade of the scale"),
    "unit": _("unit"),
    "unit_code": _("number of the unit"),
    "site": _("site"),
    "site_kind": _("kind of site"),
    "address": _("address"),
    "territory": _("territory unit"),
    "line_unit": _("line unit"),
    "longitude": _("longitude"),
    "latitude": _("latitude"),
    "coordinates": _("longitude and latitude"),
    "source": _("source"),
    "found_on": _("found on"),
    "finder": _("found by"),
    "problem": _("problem"),
    "standard": _("item of the standard"),
    "problem_kind": _("kind of problem"),
    "severity": _("severity"),
    "photo_before": _("photo before"),
    "issued_on": _("issued on"),
    "demand": _("what is demanded"),
    "photo_after": _("photo after"),
    "done_on": _("done on"),
    "verifier": _("verified by"),
    "verified_on": _("verified on"),
    "verdict": _("result of verification"),
    "look_again": _("second look"),
    "relapse": _("relapse"),
    "slip": _("slip"),
    "lost": _("points off"),
    "closed_on": _("closed on"),
    "state": _("state of the finding"),
    "in_time": _("put right in time"),
    "tally": _("how many times"),
    "alias": _("short or other name"),
    "parent": _("unit above"),
    "position": _("place in the order"),
    "group": _("group"),
    "title": _("post"),
    "role": _("role"),
    "email": _("mail address"),
}


@dataclass(frozen=True)
class Proposal:
    """One click that would settle a doubt. What each act uses:

    fill: `text` into row and column (from 0), or `parts` into that column and those right of it; skip: leave the row out, or
    the unit `name`; map: the column means `text`, or the row across the table is of level `text`, or the unit `name` is
    `text`; split: the cell is its `parts`, each an item of its own; new: a unit called `name`.
    """

    act: str
    row: int | None = None
    column: int | None = None
    text: str = ""
    name: str = ""
    parts: tuple[str, ...] = ()

    def as_json(self) -> dict:
        """What is set, as plain data."""
        return {
            key: list(value) if key == "parts" else value for key, value in asdict(self).items() if value not in ("", None, ())
        }


@dataclass(frozen=True)
class Doubt:
    """One open question. row: the sheet's own number; kind: key of TEXTS; facts: plain values that fill the sentence;
    proposals: what would settle it, the likeliest first; none: it can only be looked at, or mended in the sheet.

    row, kind, facts and sheet can be stored as JSON; `text` is made in the reader's language when it is asked for.
    """

    row: int
    kind: str
    facts: dict = field(default_factory=dict)
    sheet: str = ""
    proposals: tuple[Proposal, ...] = ()

    @property
    def text(self) -> str:
        facts = {"row": self.row} | self.facts
        if "meaning" in facts:
            facts["meaning"] = MEANINGS[facts["meaning"]]
        return str(TEXTS[self.kind]) % facts

    def as_json(self) -> dict:
        """{"row", "kind", "text"} as `read_sheet --json` prints it."""
        return {"row": self.row, "kind": self.kind, "text": self.text}


def in_order(doubts: Iterable[Doubt], sheet: str) -> tuple[Doubt, ...]:
    """By row, each with the sheet's name."""
    return tuple(sorted((replace(doubt, sheet=doubt.sheet or sheet) for doubt in doubts), key=lambda doubt: doubt.row))


def short(text: str, length: int = 24) -> str:
    """The text on one line, cut to `length` characters with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"
