"""Names of units in one cell, and names that look like one unit. Pure texts; the register of units is not known here."""

import re
import unicodedata
from collections.abc import Iterable

from .doubts import Doubt, Proposal, short

SEPARATORS = re.compile(r"[、，,；;／/\s]+")
# 教育局 （本级） is one name, 甲局 （2）乙局 are two
BEFORE_BRACKET = re.compile(r"(?<=\w)[ \u3000]+(?=[（(](?!\s*[\d一二三四五六七八九十]+\s*[)）]))")
LABEL = re.compile(r"(牵头|主责|主办|责任|配合|协办|协助|参与)(?:责任)?(?:单位|部门|科室|处室)?\s*[:：]")
ROLE_AFTER = re.compile(r"[（(](牵头|主责|主办|配合|协办|协助|参与)(?:单位|部门)?[)）]$")
LEADS = {"牵头", "主责", "主办"}
SUPPORTS = {"配合", "协办", "协助", "参与"}
NUMBER_BEFORE = re.compile(r"^(?:\d{1,2}[.．)）]|[\u2460-\u2473])")
NOTHING = {"无", "-", "—", "——", "/", "暂无"}
REGION = re.compile(r"^(省|市(?![场政容民直])|区(?!域)|县(?!域)|州|旗|镇|乡(?!村)|校(?![外园])|院|局)(?=.{2,})")
SAME_END = (("委员会办公室", "办"), ("办公室", "办"), ("委员会", "委"), ("管理局", "局"))
SHORT_FORMS = (
    ("精神文明建设", "文明"),
    ("文化广电和旅游", "文旅"),
    ("文化和旅游", "文旅"),
    ("文化旅游", "文旅"),
    ("卫生健康", "卫健"),
    ("卫生和计划生育", "卫计"),
    ("住房和城乡建设", "住建"),
    ("市场监督", "市监"),
    ("市场监管", "市监"),
    ("人力资源和社会保障", "人社"),
    ("发展和改革", "发改"),
    ("发展改革", "发改"),
    ("妇女联合会", "妇联"),
    ("残疾人联合会", "残联"),
    ("共产主义青年团", "共青团"),
    ("教育体育", "教体"),
    ("城市管理", "城管"),
    ("生态环境", "环境"),
)
REMARK = re.compile(
    r"[。！？?!]|^(?:请|由|待|建议|见|详见|参见|参照|另行|暂定|暂缺|未定|尚未|按照|根据)|(?:待定|待明确|待确定|未明确|另行通知)$"
)
UNIT_NUMBER = re.compile(r"^(?:id|no|编号|单位)?[\s:：.#_-]*\d[\d-]*(?:号)?$", re.IGNORECASE)
GROUP = re.compile(
    r"^(?:全?(?:省|市|区|县|校|院|局|镇|街道)?(?:直|属|级)?)(?:各|所有|全体|有关|相关).{1,14}$|^(?:有关|相关|其他|其它)(?:单位|部门|科室)$"
    r"|^全(?:省|市|区|县|校|院)(?:单位|部门|科室|街道|社区|学校|处室)$|.(?:成员|有关|相关|各)(?:单位|部门)$"
)
ENDING = re.compile(r"(?:委|局|办|处|科|中心|队|所|站|公司|总公司|分局)$")
ALIKE = 0.6
LONGEST_NAME = 30  # characters; beyond it stands a remark, not a name


def split_names(text: str) -> list[str]:
    """The names in one cell in order, each once. Separators: 、，,；;／/ white space; never inside brackets."""
    return [name for name, _ in split_roles(text, default="")]


def split_roles(text: str, *, default: str) -> list[tuple[str, str]]:
    """(name, "lead" | "supporting" | default) of one cell; a role may stand before (牵头：…；配合：…) or behind (…（牵头）)."""
    found: dict[str, str] = {}
    role, end = default, 0
    for label in [*LABEL.finditer(text), None]:
        for name in _pieces(text[end : label.start() if label else len(text)]):
            own = ROLE_AFTER.search(name)
            bare = name[: own.start()] if own else name
            found.setdefault(bare, _role(own[1], role) if own else role)
        if label:
            role, end = _role(label[1], default), label.end()
    return list(found.items())


def _role(word: str, default: str) -> str:
    return "lead" if word in LEADS else "supporting" if word in SUPPORTS else default


def _pieces(text: str) -> list[str]:
    """Split outside brackets, without numbers before and full stops behind."""
    text = BEFORE_BRACKET.sub("", text)
    kept = re.sub(r"[（(][^（()）]*[)）]", lambda found: SEPARATORS.sub("\x01", found[0]), text)
    names = [NUMBER_BEFORE.sub("", piece).strip("。.:：") for piece in SEPARATORS.split(kept)]
    return [name.replace("\x01", "、") for name in names if name and name not in NOTHING]


def is_odd(name: str) -> bool:
    """It reads like a request or a remark, not like a unit."""
    return len(name) > LONGEST_NAME or bool(REMARK.search(name))


def is_number(name: str) -> bool:
    """The number or id of a unit stands where its name should."""
    return bool(UNIT_NUMBER.match(name))


def is_group(name: str) -> bool:
    """It stands for several units: 各街道, 全区各单位, 有关部门, …领导小组成员单位."""
    return bool(GROUP.search(name))


def name_doubts(first_row: dict[str, int], near: tuple[tuple[str, str], ...], known: set[str]) -> list[Doubt]:
    """first_row: name -> row; near: of near_names; known: names of the register, which are not doubted."""
    doubts = []
    for name, other in near:
        if not {name, other} <= known:
            row, facts = first_row[name], {"name": name, "other": other}
            doubts.append(Doubt(row, "near_name", facts, proposals=(Proposal("map", row=row, name=name, text=other),)))
    for name, row in first_row.items():
        kind = "unit_number" if is_number(name) else "odd_name" if is_odd(name) else ""
        if kind and name not in known:
            proposals = (
                (Proposal("skip", name=name), Proposal("new", name=name))
                if kind == "odd_name"
                else (Proposal("skip", name=name),)
            )
            doubts.append(Doubt(row, kind, {"name": short(name, 40)}, proposals=proposals))
    return doubts


def alike_names(name: str, names: Iterable[str], *, most: int = 3) -> list[str]:
    """The names most like this one, the likeliest first: one short form, one without its ending, or few letters apart.

    Only ever proposed: letters that differ by one are no sign that two units are one.
    """
    region, stem = _stem(name)
    bare = ENDING.sub("", stem)
    ranked = []
    for place, other in enumerate(names):
        other_region, other_stem = _stem(other)
        if other == name or region and other_region and region != other_region:
            continue
        if stem == other_stem:
            score = 1.0
        elif bare and bare == ENDING.sub("", other_stem):
            score = 0.9
        else:
            score = 1 - edit_distance(stem, other_stem) / max(len(stem), len(other_stem), 1)
        if score >= ALIKE:
            ranked.append((-score, place, other))
    return [other for _, _, other in sorted(ranked)[:most]]


def edit_distance(one: str, other: str) -> int:
    """How many letters must be changed, added or left out to make one text the other."""
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, another in enumerate(other, 1):
            line.append(min(above[column] + 1, line[-1] + 1, above[column - 1] + (letter != another)))
        above = line
    return above[-1]


def near_names(names: list[str]) -> list[tuple[str, str]]:
    """(name, the fuller name it may be the same as), only where one form is a known shortening of the other.

    Letters that differ by one are no sign: 区妇联 and 区残联 are two units, and so are 市教育局 and 区教育局.
    """
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in names:
        region, stem = _stem(name)
        groups.setdefault(stem, []).append((region, name))
    pairs = []
    for group in groups.values():
        for place, (region, name) in enumerate(group):
            others = [(other_region, other) for other_region, other in group[:place] + group[place + 1 :]]
            for other_region, other in others:
                fuller = (len(other), other) > (len(name), name)
                if fuller and (region == other_region or not region or not other_region):
                    pairs.append((name, other))
                    break
    return pairs


def _stem(name: str) -> tuple[str, str]:
    """(region in front, short form): 区精神文明建设委员会办公室 -> (区, 文明办)."""
    text = "".join(unicodedata.normalize("NFKC", name).split())
    region = REGION.match(text)
    text = text[region.end() :] if region else text
    for long, brief in SHORT_FORMS:
        text = text.replace(long, brief)
    for long, brief in SAME_END:
        if text.endswith(long):
            text = text[: -len(long)] + brief
            break
    return (region[0] if region else ""), text
