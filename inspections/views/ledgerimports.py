"""An old ledger of findings: uploaded, looked at beside the portal, saved (many rows in the background), taken back."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from checklists.models import Import
from checklists.register import Register
from checklists.sheets.writing import WrittenColumn, write_sheet
from checklists.views.exports import workbook_answer
from checklists.views.importchanges import no_value, number_of, one_of
from checklists.views.importing import ImportPage, office_only, show_preview, upload_page
from inspections.actions.ledgerimports import STATES
from inspections.ledgercourse import ANSWERS, FROM_FOUND
from inspections.ledgersheets import answer, take_again
from inspections.ledgerwords import choose_word
from inspections.models import ProblemKind, Severity, Site, Source

TEMPLATE = {
    "序号": 6,
    "编号": 12,
    "来源": 10,
    "发现时间": 14,
    "属地": 16,
    "点位": 24,
    "问题描述": 40,
    "问题类别": 14,
    "严重程度": 10,
    "责任单位": 20,
    "配合单位": 20,
    "交办时间": 14,
    "整改时限": 14,
    "整改措施": 30,
    "完成时间": 14,
    "核查人": 12,
    "核查时间": 14,
    "核查结论": 16,
    "销号时间": 14,
    "备注": 20,
}
SHOWN = 200  # rows listed under what they become; the counts are of all
LISTED = 60  # open questions shown at once; one button answers all of them
SITES = 500  # names of the register offered while typing
QUESTIONS = {
    "found_on": gettext_lazy("On which day were they found?"),
    "issued_on": gettext_lazy("They are done, but no day of issue stands there"),
    "done_on": gettext_lazy("They are put right, but no day stands there"),
}
SAID = {"found_on": ("",), "issued_on": (FROM_FOUND, "none", ""), "done_on": ("none", "")}  # answers that are no day
STATE_WORDS = {
    "draft": gettext_lazy("drafts, to be handed over"),
    "issued": gettext_lazy("handed over, to be put right"),
    "submitted": gettext_lazy("answered, to be verified"),
    "returned": gettext_lazy("returned, to be put right again"),
    "closed": gettext_lazy("struck off"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def ledger_upload(request):
    return upload_page(request, Import.Kind.LEDGER, "inspections/ledger_upload.html")


@require_GET
def ledger_template(request):
    """An empty workbook with the headings the portal knows."""
    office_only(request)
    body = write_sheet(name="问题整改台账", columns=[WrittenColumn(text, width) for text, width in TEMPLATE.items()], rows=[])
    return workbook_answer(body, "问题整改台账")


@require_http_methods(["GET", "HEAD", "POST"])
def ledger_preview(request, pk):
    return show_preview(request, pk, PAGE)


def _context(request, row, reading):
    """What the page shows beside the sheet: questions, counts, what each row becomes."""
    here, asks_site = reading.having("here"), any(one.what == "site" for one in reading.open_words)
    sites = Site.objects.visible_to(request.viewer).filter(is_active=True).values_list("name", flat=True) if asks_site else []
    offered = list(sites[: SITES + 1])
    words = [one for words in reading.words.values() for one in words.values()]
    return {
        "reading": reading,
        "counts": _saved_counts(row) if row.status == Import.Status.SAVED else _counts(reading),
        "becoming": reading.having("new")[:SHOWN],
        "here": here[:SHOWN],
        "here_count": len(here),
        "again": [one for one in reading.rows if one.is_again],
        "questions": [(name, QUESTIONS[name], rows) for name, rows in reading.questions.items()],
        "answers": [(name, QUESTIONS[name], _said(reading.answers[name])) for name in ANSWERS if name in reading.answers],
        "words": _words(reading, request.viewer),
        "said_words": [one for one in words if one.do and not one.by_all and not one.is_open],
        "said_for_all": list({one.what: one for one in words if one.by_all}.values()),
        "sites": offered[:SITES],
        "has_more_sites": len(offered) > SITES,
        "names": reading.open_names[:LISTED],
        "said_names": [one for one in reading.names.values() if one.do],
        "register": Register(request.campaign.host).units if reading.open_names else [],
        "may_save": bool(reading.having("new")) and not reading.waiting,
        "today": timezone.localdate().isoformat(),
    }


WORD_HEADS = {
    "site": gettext_lazy("Which place is it?"),
    "kind": gettext_lazy("Which kind of problem is it?"),
    "severity": gettext_lazy("How severe is it?"),
    "source": gettext_lazy("Where does it come from?"),
}


def _words(reading, viewer):
    """Per column with open questions: what it is, its heading, the first texts, how many in all, what can be chosen."""
    choices = {"severity": Severity.choices, "source": Source.choices, "site": []}
    groups = []
    for what, words in reading.words.items():
        rows = [one for one in words.values() if one.is_open]
        if rows and what == "kind":
            choices["kind"] = list(ProblemKind.objects.visible_to(viewer).values_list("pk", "name"))
        if rows:
            groups.append((what, WORD_HEADS[what], rows[:LISTED], len(rows), choices[what]))
    return groups


def _counts(reading):
    counts = [(STATE_WORDS[state], len(reading.ending(state))) for state in STATES]
    counts += [(_("already here"), len(reading.having("here"))), (_("void in the old ledger"), len(reading.having("void")))]
    return [(word, count) for word, count in counts if count]


def _saved_counts(row):
    """What became of the rows that were saved, as they are now."""
    return [(_("findings that came in"), len(row.saved.get("findings", ())))]


def _said(said):
    words = {FROM_FOUND: _("on the day they were found"), "none": _("they go no further")}
    return words.get(said, said)


def _saved(request, row, saved):
    states = [f"{STATE_WORDS[state]} {saved.having(state)}" for state in STATES if saved.having(state)]
    text = _("Saved: %(count)s findings came in (%(states)s); %(here)s were here.")
    facts = {"count": len(saved.findings), "states": _(", ").join(states) or "—", "here": saved.here}
    messages.success(request, text % facts)
    return row.get_absolute_url()


# --- the buttons of this preview ------------------------------------------------------------------


def _word(data):
    return choose_word(one_of(data["what"], WORD_HEADS), data.getlist("name"), _word_meant(data))


def _word_meant(data):
    """A site typed by its name, "to:7", "make", "skip", or "" to take the decision back."""
    if data.get("site"):
        return {"do": "map", "named": data["site"].strip()}
    choice = data["choice"]
    if not choice.startswith("to:"):
        return {"do": one_of(choice, ("make", "skip"))} if choice else None
    to = choice[3:]
    return {"do": "map", "to": number_of(to) if data["what"] in ("site", "kind") else to}


def _answer(data):
    """A day, "found", "none", or "" to take the answer back. Raises ValidationError "day" for no day or one ahead."""
    question = one_of(data["question"], ANSWERS)
    if "day" not in data:
        return answer(question, one_of(data["said"], SAID[question]))
    day = _day(data["day"])
    if question == "issued_on":
        raise no_value()
    if day is None or day > timezone.localdate():
        raise ValidationError(_("Choose a day that is not ahead."), "day")
    return answer(question, day.isoformat())


def _day(text) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


PAGE = ImportPage(
    Import.Kind.LEDGER,
    "finding_list",
    "inspections/ledger_preview.html",
    _context,
    _saved,
    {
        "word": _word,
        "answer": _answer,
        "again": lambda data: take_again(data["place"], takes=True),
        "not_again": lambda data: take_again(data["place"], takes=False),
    },
)
