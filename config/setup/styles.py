"""The part of Tabler's style sheet that a page of ours can use: python -m config.setup.styles (a second run takes no time).

Every page loads the sheet, and a phone reads half a megabyte of it before it shows anything. A rule is left out when it
asks for a class or an attribute that is no word of the templates, of the program or of the scripts, Tabler's own included.
Names put together in a template (`st-{{ mark }}`) are never Tabler's; the crawl looks at every class of every page.
"""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

import tinycss2
from tinycss2.ast import Node

from config.setup.assets import SHEET, VENDOR
from config.setup.venv import ROOT

CUT = VENDOR / "tabler.min.css"
STAMP = VENDOR / ".styles.stamp"
APPS = ("accounts", "notices", "campaigns", "checklists", "inspections", "reports")
READ = ("templates/**/*.html", "static/js/*.js", "static/vendor/*.js", *(f"{app}/**/*.py" for app in APPS))
WORD = re.compile(r"[A-Za-z_][\w-]*")
NAME = re.compile(r"[.\[]((?:[\w-]|\\.)+)(?:[~|^$*]?=\"?([\w-]+))?")  # a class, or an attribute with its value
ARGUMENTS = re.compile(r":(?:not|is|where|has)\([^()]*\)")  # need not be met, or one of many
WITH_RULES = ("media", "supports")


def build() -> None:
    words = words_of(ROOT)
    sheet = SHEET.read_text()
    wanted = hashlib.sha256("\n".join([Path(__file__).read_text(), sheet, *sorted(words)]).encode()).hexdigest()
    if CUT.exists() and STAMP.exists() and STAMP.read_text() == wanted:
        return
    CUT.write_text(cut(sheet, words))
    STAMP.write_text(wanted)


def words_of(root: Path) -> set[str]:
    """Whatever could name a class: every word of the templates, the apps and the scripts."""
    return {word for pattern in READ for path in root.glob(pattern) for word in WORD.findall(path.read_text())}


def cut(sheet: str, words: set[str]) -> str:
    """The sheet without the rules that ask for other names than these words."""
    return tinycss2.serialize(list(_kept(tinycss2.parse_stylesheet(sheet, skip_whitespace=True), words)))


def _kept(rules: Iterable[Node], words: set[str]) -> Iterable[Node]:
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [one for one in _selectors(rule.prelude) if _is_asked_for(one, words)]
            if selectors:
                rule.prelude = tinycss2.parse_component_value_list(",".join(selectors))
                yield rule
        elif rule.type == "at-rule" and rule.lower_at_keyword in WITH_RULES and rule.content is not None:
            inner = list(_kept(tinycss2.parse_rule_list(rule.content, skip_whitespace=True), words))
            if inner:
                rule.content = inner
                yield rule
        else:
            yield rule


def _selectors(prelude: list[Node]) -> list[str]:
    """Of a rule for several; a comma inside brackets is part of one."""
    parts = [[]]
    for node in prelude:
        if node.type == "literal" and node.value == ",":
            parts.append([])
        else:
            parts[-1].append(node)
    return [tinycss2.serialize(part).strip() for part in parts]


def _is_asked_for(selector: str, words: set[str]) -> bool:
    names = NAME.findall(ARGUMENTS.sub("", selector))
    return all(word.replace("\\", "") in words for pair in names for word in pair if word)


if __name__ == "__main__":
    build()
