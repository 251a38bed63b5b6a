"""A doubt: something the sheet leaves open. It is shown and never decided silently."""

from dataclasses import dataclass, field

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
    "time_limit": _("Row %(row)s: %(problem)s"),
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
}


@dataclass(frozen=True)
class Doubt:
    """One open question. row: the sheet's own number; kind: key of TEXTS; facts: plain values that fill the sentence.

    row, kind, facts and sheet can be stored as JSON; `text` is made in the reader's language when it is asked for.
    """

    row: int
    kind: str
    facts: dict = field(default_factory=dict)
    sheet: str = ""

    @property
    def text(self) -> str:
        facts = {"row": self.row} | self.facts
        if "meaning" in facts:
            facts["meaning"] = MEANINGS[facts["meaning"]]
        return str(TEXTS[self.kind]) % facts

    def as_json(self) -> dict:
        """{"row", "kind", "text"} as `read_sheet --json` prints it."""
        return {"row": self.row, "kind": self.kind, "text": self.text}


def short(text: str, length: int = 24) -> str:
    """The text on one line, cut to `length` characters with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"
