"""The words of this app's acts on the time line and in the log."""

from django.utils.translation import gettext_lazy as _

from accounts.verbs import WORDS

WORDS.update(
    {
        "finding.report": _("Recorded"),
        "finding.edit": _("Corrected the facts"),
        "finding.issue": _("Handed over to the unit"),
        "finding.put_right": _("Put right on the spot, closed"),
        "finding.accept": _("Signed for"),
        "finding.submit": _("Answered the finding"),
        "finding.dispute": _("Objected"),
        "finding.rule": _("Ruled on the objection"),
        "finding.close": _("Verified and closed"),
        "finding.return": _("Verified and returned"),
        "finding.transfer": _("Transferred"),
        "finding.park": _("Parked"),
        "finding.resume": _("Taken up again"),
        "finding.relapse": _("Has come back, issued again"),
        "finding.void": _("Made void"),
        "finding.extend": _("Asked for more time"),
        "finding.grant": _("Granted more time"),
        "finding.refuse": _("Refused more time"),
        "extension.lapse": _("No longer needs more time"),
        "site.create": _("Added the site"),
        "site.edit": _("Changed the site"),
        "site.end": _("Ended the site"),
        "site.revive": _("Took the site up again"),
        "site.drop": _("Took back the site"),
        "site_kind.drop": _("Took back the kind of site"),
        "site_kind.create": _("Added the kind of site"),
        "site_kind.edit": _("Changed the kind of site"),
        "problem_kind.create": _("Added the kind of problem"),
        "problem_kind.edit": _("Changed the kind of problem"),
        "problem_kind.defaults": _("Set the usual kinds of problems and limits"),
        "limit.set": _("Set a time limit"),
        "limit.remove": _("Removed a time limit"),
        "precedent.create": _("Kept the ruling as a rule"),
        "precedent.end": _("Ended the rule"),
        "round.create": _("Made the round"),
        "round.edit": _("Changed the round"),
    }
)
