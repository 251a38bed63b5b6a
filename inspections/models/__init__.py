"""Sites, rounds, findings and what becomes of them; what was reminded of and on which day the sweep ran."""

from inspections.models.answers import Extension, FindingDispute, Rectification, RectificationFile
from inspections.models.findings import (
    ChildQuerySet,
    Finding,
    FindingAssignment,
    FindingFile,
    FindingQuerySet,
    FindingSpell,
)
from inspections.models.places import Site, SiteCheck, SiteKind, SiteKindQuerySet, SiteQuerySet
from inspections.models.precedents import Precedent, PrecedentQuerySet
from inspections.models.problems import LimitRule, OwnQuerySet, ProblemKind, Severity, Source
from inspections.models.reminders import Reminder, ReminderQuerySet, SweepDay
from inspections.models.rounds import Round, RoundQuerySet

__all__ = [
    "ChildQuerySet",
    "Extension",
    "Finding",
    "FindingAssignment",
    "FindingDispute",
    "FindingFile",
    "FindingQuerySet",
    "FindingSpell",
    "LimitRule",
    "OwnQuerySet",
    "Precedent",
    "PrecedentQuerySet",
    "ProblemKind",
    "Rectification",
    "RectificationFile",
    "Reminder",
    "ReminderQuerySet",
    "Round",
    "RoundQuerySet",
    "Severity",
    "Site",
    "SiteCheck",
    "SiteKind",
    "SiteKindQuerySet",
    "SiteQuerySet",
    "Source",
    "SweepDay",
]
