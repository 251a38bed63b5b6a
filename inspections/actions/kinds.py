"""Kinds of problems and time limits: the campaign's own words and numbers."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions import record
from accounts.models import Department
from campaigns.models import Campaign
from campaigns.viewer import Viewer
from inspections import defaults
from inspections.models import LimitRule, ProblemKind


@transaction.atomic
def give_defaults(campaign: Campaign, by=None, at: datetime | None = None, **_rest) -> None:
    """The usual kinds and limits of a new campaign; twice equals once. Called through campaigns.actions.AFTER_OPEN."""
    if ProblemKind.objects.filter(campaign=campaign).exists():
        return
    kinds = [
        ProblemKind(
            campaign=campaign, name=kind.name, words="、".join(kind.words), needs_after_photo=kind.after_photo, position=n
        )
        for n, kind in enumerate(defaults.KINDS, 1)
    ]
    ProblemKind.objects.bulk_create(kinds)
    LimitRule.objects.bulk_create(
        [LimitRule(campaign=campaign, severity=severity, amount=n, unit=unit) for severity, n, unit in defaults.LIMITS]
    )
    record(by, "problem_kind.defaults", campaign, at=at, kinds=len(kinds), limits=len(defaults.LIMITS))


@transaction.atomic
def save_problem_kind(
    kind: ProblemKind | None,
    *,
    by: Viewer,
    name: str,
    words: str = "",
    line: Department | None = None,
    needs_after_photo: bool = True,
    is_active: bool = True,
    version: int | None = None,
    at: datetime | None = None,
) -> ProblemKind:
    """A new kind of problem, or this one with other words. Raises ValidationError "taken" or "stale"."""
    must_be_office(by, kind)
    row = ProblemKind.objects.select_for_update().get(pk=kind.pk) if kind else _last_place(by.campaign)
    check_version(row, version)
    others = ProblemKind.objects.filter(campaign=by.campaign, name=name).exclude(pk=row.pk)
    if others.exists():
        raise ValidationError({"name": ValidationError(_("There is a kind of this name already."), "taken")})
    verb = "problem_kind.edit" if row.pk else "problem_kind.create"
    row.name, row.words, row.line = name, words, line
    row.needs_after_photo, row.is_active = needs_after_photo, is_active
    row.version += bool(row.pk)
    row.save()
    record(by, verb, row, at=at, note=name)
    return row


def _last_place(campaign):
    last = ProblemKind.objects.filter(campaign=campaign).order_by("position").last()
    return ProblemKind(campaign=campaign, position=(last.position if last else 0) + 1)


@transaction.atomic
def set_limit_rule(
    *, by: Viewer, kind: ProblemKind | None, severity: str, amount: int | None, unit: str, at: datetime | None = None
) -> LimitRule | None:
    """How long a unit has for this kind (None: any) and severity; amount None takes the kind's own rule back.

    Findings issued already keep their limit.
    """
    must_be_office(by, kind)
    rows = LimitRule.objects.select_for_update().filter(campaign=by.campaign, kind=kind, severity=severity).order_by("pk")
    rule = rows.first()
    if amount is None:
        if kind is None:
            raise ValidationError(
                {"amount": ValidationError(_("The limit for any kind of problem is always needed."), "required")}
            )
        if rule:
            record(by, "limit.remove", kind, at=at, severity=severity)
            rule.delete()
        return None
    old = (rule.amount, rule.unit) if rule else None
    rule = rule or LimitRule(campaign=by.campaign, kind=kind, severity=severity)
    rule.amount, rule.unit = amount, unit
    if old != (amount, unit):
        rule.save()
        record(by, "limit.set", kind or by.campaign, at=at, severity=severity, amount=amount, unit=unit, old=list(old or ()))
    return rule


def must_be_office(by: Viewer, row=None) -> None:
    """Raise PermissionDenied unless by the office of the row's campaign, or of a campaign of the row's host."""
    here = row is None or (
        getattr(row, "campaign_id", by.campaign.pk) == by.campaign.pk
        and getattr(row, "host_id", by.campaign.host_id) == by.campaign.host_id
    )
    if not by.is_office or not here:
        raise PermissionDenied


def check_version(row, version: int | None) -> None:
    """Raise "stale" when somebody saved the row after the form was shown."""
    if version is not None and row.pk and row.version != version:
        raise ValidationError(_("Somebody was faster: look again."), "stale")
