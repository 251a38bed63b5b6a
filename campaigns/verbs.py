"""The log's words for the acts of this app, and for those on the register of units."""

from django.utils.translation import gettext_lazy as _

from accounts.verbs import WORDS

WORDS.update(
    {
        "campaign.open": _("Opened the campaign"),
        "campaign.edit": _("Changed the settings"),
        "member.add": _("Added a member"),
        "member.drop": _("Took back a role"),
        "member.revive": _("Let a role run on"),
        "member.edit": _("Changed a member's post or group"),
        "member.end": _("Ended a membership"),
        "deputy.name": _("Named a deputy"),
        "deputy.end": _("Ended a deputy's time"),
        "member.hand_over": _("Handed over on leaving"),
        "participation.begin": _("Unit takes part"),
        "participation.drop": _("Took back that a unit takes part"),
        "participation.edit": _("Changed the groups of a unit"),
        "participation.end": _("Unit no longer takes part"),
        "work_group.create": _("Made a work group"),
        "work_group.edit": _("Changed a work group"),
        "work_group.drop": _("Took off a work group"),
        "ranking_group.create": _("Made a ranking group"),
        "ranking_group.edit": _("Changed a ranking group"),
        "ranking_group.drop": _("Took off a ranking group"),
        "holiday.add": _("Added an own day"),
        "festival.save": _("Changed the days of festivals"),
        "holiday.drop": _("Took off an own day"),
        "counter.start": _("Set the first number"),
        "department.create": _("Added a unit to the register"),
        "department.edit": _("Changed a unit"),
        "department.move": _("Moved a unit"),
        "department.alias": _("Learnt another name of a unit"),
        "department.forget": _("Forgot another name of a unit"),
        "department.drop": _("Took back a unit"),
        "group.create": _("Made a group of units"),
        "group.edit": _("Changed a group of units"),
        "group.drop": _("Took off a group of units"),
    }
)
