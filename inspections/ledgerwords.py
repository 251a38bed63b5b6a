"""The words of an old ledger's rows beside ours: places and sites, kinds of problem, severities, sources."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from campaigns.viewer import Viewer
from checklists.register import key
from checklists.sheets.ledger import LedgerRow
from checklists.sheets.text import joined
from inspections.models import ProblemKind, Severity, Site, Source

SEVERITIES = {
    Severity.ORDINARY: "一般|普通|较轻|轻微",
    Severity.SERIOUS: "突出|严重|较重|重大|重点",
    Severity.AT_ONCE: "立行立改|立即整改|即知即改|紧急",
}
SOURCES = {
    Source.NATIONAL: "国测|国家测评|中央测评",
    Source.PROVINCIAL: "省测|省级测评|省检",
    Source.MOCK: "模拟测评|模测|第三方测评|自测",
    Source.INSPECTION: "督查|日常督查|巡查|督导|检查|日常巡查",
    Source.COVERT: "暗访|明查暗访|暗访督查",
    Source.HOTLINE: "12345|12345热线|市民热线|热线",
    Source.MEDIA: "媒体|媒体曝光|新闻媒体|舆情",
    Source.CITIZEN: "随手拍|群众举报|市民反映|群众反映|市民随手拍",
    Source.OTHER: "其他|其它",
}
COLUMNS = {"site": "site", "kind": "problem_kind", "severity": "severity", "source": "source"}  # what is asked -> its column
ALL = "*"  # stands for every text of a column that nobody decided by name
NEAR = 3  # sites proposed for one name


@dataclass
class WordReading:
    """One text of the sheet that must stand for one of ours. value: of ours, None = none, to be made, or not said yet;
    near: (value to map to, its word) that may be meant; typed: a site by its name, which the register may not have; by_all:
    decided with all the others."""

    what: str
    name: str
    rows: list[int] = field(default_factory=list)
    value: object = None
    near: list[tuple[str, str]] = field(default_factory=list)
    do: str = ""
    is_known: bool = False
    typed: str = ""
    by_all: bool = False

    @property
    def is_open(self) -> bool:
        return self.value is None and self.do not in ("make", "skip")

    @property
    def said(self) -> str:
        """The word of what it was mapped to."""
        choices = {"severity": Severity, "source": Source}.get(self.what)
        return str(choices(self.value).label if choices and self.value else self.value or "")


def choose_word(what: str, names: list[str], decision: dict | None):
    """What texts of one column are; None takes the decision back."""

    def change(decisions):
        words = decisions.setdefault("words", {}).setdefault(what, {})
        for name in names:
            words.pop(name, None)
            if decision:
                words[name] = decision

    return change


def read_words(rows: Iterable[LedgerRow], decided: dict, *, by: Viewer) -> dict[str, dict[str, WordReading]]:
    """Every text of the four columns with what it means of ours."""
    found: dict[str, dict[str, WordReading]] = {what: {} for what in COLUMNS}
    for one in rows:
        for what, meaning in COLUMNS.items():
            if text := joined(one.cells.get(meaning, "")):
                found[what].setdefault(text, WordReading(what, text)).rows.append(one.number)
    sites = (
        list(Site.objects.filter(host=by.campaign.host_id, is_active=True).select_related("kind").order_by("position", "pk"))
        if found["site"]
        else []
    )
    kinds = list(ProblemKind.objects.filter(campaign=by.campaign))
    _mean_sites(found["site"], sites, decided.get("site", {}))
    _mean(
        found["kind"], {key(kind.name): kind for kind in kinds}, {str(kind.pk): kind for kind in kinds}, decided.get("kind", {})
    )
    for what, table, choices in (("severity", SEVERITIES, Severity), ("source", SOURCES, Source)):
        by_word = {word: value for value, words in table.items() for word in words.split("|")}
        by_word |= {key(str(label)): value for value, label in choices.choices}
        _mean(found[what], by_word, {value: value for value in choices.values}, decided.get(what, {}))
    return found


def _mean(found, by_word, by_value, decided) -> None:
    for name, one in found.items():
        one.value = by_word.get(key(name))
        one.is_known = one.value is not None
        _decide(one, decided, by_value)
        if one.is_open:
            values = [(word, value) for word, value in by_word.items() if word in key(name) or key(name) in word]
            of_value = {value: named for named, value in by_value.items()}
            one.near = list({of_value[value]: str(getattr(value, "name", word)) for word, value in values}.items())[:NEAR]


def _mean_sites(found, sites, decided) -> None:
    """A site by its name, or by the name before a space (示范大道 路口东侧): what follows is the spot within it."""
    by_name = defaultdict(list)
    by_pk = {str(site.pk): site for site in sites}
    for site in sites:
        by_name[key(site.name)].append(site)
    for name, one in found.items():
        parts = name.split(" ")
        heads = [key("".join(parts[:length])) for length in range(len(parts), 0, -1)]
        meant = next((by_name[head] for head in heads if head in by_name), [])
        one.value = meant[0] if len(meant) == 1 else None
        one.is_known = one.value is not None
        _decide(one, decided, by_pk)
        one.typed = decided.get(name, {}).get("named", "")
        if one.typed and len(by_name[key(one.typed)]) == 1:
            one.value = by_name[key(one.typed)][0]
        if one.is_open:
            own = key(name)
            near = meant or [site for known, rows in by_name.items() if known in own or own in known for site in rows]
            one.near = [(str(site.pk), f"{site.name}（{site.kind.name}）") for site in near[:NEAR]]


def _decide(one: WordReading, decided, by_value) -> None:
    one.by_all = one.name not in decided and ALL in decided and not one.is_known
    decision = decided.get(ALL if one.by_all else one.name, {})
    one.do = decision.get("do", "")
    if one.do == "map":
        one.value = by_value.get(str(decision.get("to")))
