"""Rules from rulings as advice where a task's lead is set."""

from campaigns.viewer import Viewer
from checklists.advice import Advice
from inspections.actions.precedents import rules_by_item


def rulings(viewer: Viewer, items: set[int]) -> dict[int, list[Advice]]:
    """Item id -> what the rules in force say of its tasks."""
    return {
        item: [Advice(one.rule.department, one.reason, one.rule.ruling.get_absolute_url()) for one in found]
        for item, found in rules_by_item(viewer.campaign, items).items()
    }
