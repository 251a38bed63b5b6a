"""Classes a style sheet has rules for."""

import re

import tinycss2

from config.setup.styles import WITH_RULES


def classes_in(sheet: str) -> set[str]:
    rules = list(tinycss2.parse_stylesheet(sheet, skip_whitespace=True))
    found = set()
    while rules:
        rule = rules.pop()
        if rule.type == "at-rule" and rule.lower_at_keyword in WITH_RULES:
            rules += tinycss2.parse_rule_list(rule.content, skip_whitespace=True)
        elif rule.type == "qualified-rule":
            found |= set(re.findall(r"\.([A-Za-z_][\w-]*)", tinycss2.serialize(rule.prelude)))
    return found
