"""Every write with a rule about campaigns, split by noun; the doors that other apps use are named here."""

from campaigns import verbs as _verbs  # noqa: F401 - the log's words
from campaigns.actions.campaigns import AFTER_OPEN, edit_campaign, open_campaign
from campaigns.actions.counters import set_start, take_number
from campaigns.actions.deputies import end_deputy, name_deputy
from campaigns.actions.holidays import load_holidays
from campaigns.actions.leaving import hand_over
from campaigns.actions.members import (
    add_member,
    add_members,
    add_participation,
    add_participations,
    add_person,
    end_member,
    end_participation,
)

__all__ = [
    "AFTER_OPEN",
    "add_member",
    "add_members",
    "add_participation",
    "add_participations",
    "add_person",
    "edit_campaign",
    "end_deputy",
    "end_member",
    "end_participation",
    "hand_over",
    "load_holidays",
    "name_deputy",
    "open_campaign",
    "set_start",
    "take_number",
]
