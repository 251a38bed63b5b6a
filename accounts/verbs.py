"""The words of Event verbs; each app adds its own beside its actions."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "user.create": _("Made the account"),
    "user.drop": _("Took back the account"),
    "user.edit": _("Changed the account"),
    "user.link": _("Sent a link to set the password"),
    "user.password": _("Set the password"),
    "user.language": _("Changed the language"),
    "user.profile": _("Changed phone or mail address"),
    "user.sign_in": _("Signed in"),
    "user.sign_out": _("Signed out"),
    "user.keeper": _("Set up the portal"),
    "feedback.create": _("Sent a suggestion"),
}

# The last part of a verb says how the time line marks it.
GOOD = {"approve", "close", "publish", "sign", "grant", "uphold", "accept_skip"}
BACK = {"return", "dispute", "relapse", "refuse", "void", "escalate", "refuse_skip", "reopen"}


def said(verb: str) -> str:
    """The word of a verb; an unknown verb is shown as it is, so that the log never fails."""
    return str(WORDS.get(verb, verb))


def mark_of(verb: str) -> str:
    act = verb.rpartition(".")[2]
    return "good" if act in GOOD else "back" if act in BACK else ""
