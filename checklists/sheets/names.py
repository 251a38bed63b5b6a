"""Names of units in one cell, and names that look like one unit. Pure texts; the register of units is not known here."""

import re
import unicodedata

SEPARATORS = re.compile(r"[、，,；;／/\s]+")
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
    kept = re.sub(r"[（(][^（()）]*[)）]", lambda found: SEPARATORS.sub("\x01", found[0]), text)
    names = [NUMBER_BEFORE.sub("", piece).strip("。.:：") for piece in SEPARATORS.split(kept)]
    return [name.replace("\x01", "、") for name in names if name and name not in NOTHING]


def is_odd(name: str) -> bool:
    """It reads like a request or a remark, not like a unit."""
    return len(name) > LONGEST_NAME or bool(re.search(r"[。！？?!]", name)) or name.startswith(("请", "由", "待", "建议"))


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
