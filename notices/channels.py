"""One sender per channel: name -> function(delivery, notices), raising ChannelError when it may be tried again."""

import smtplib
from itertools import groupby

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

REFUSALS = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, ValueError)


class ChannelError(Exception):
    """The channel did not take this delivery; it is tried again later."""


class ChannelAwayError(ChannelError):
    """The channel takes nothing at present: no use in trying the next delivery."""


def send_mail(delivery, notices):
    """One digest in the reader's language; the Message-ID is the delivery's own, whatever happens.

    notices: in the order of their campaigns.
    """
    groups = [
        (delivery.campaigns.get(str(campaign_id), ""), list(rows))
        for campaign_id, rows in groupby(notices, key=lambda notice: notice.campaign_id)
    ]
    with translation.override(delivery.user.language):
        context = {"user": delivery.user, "groups": groups, "count": len(notices), "on": delivery.on}
        context["site"] = settings.SITE_URL.rstrip("/")
        subject = render_to_string("notices/mail/digest_subject.txt", context).strip()
        body = render_to_string("notices/mail/digest.txt", context)
    headers = {"Message-ID": delivery.message_id, "Auto-Submitted": "auto-generated"}
    try:
        EmailMessage(subject, body, to=[delivery.user.email], headers=headers).send()
    except REFUSALS as error:
        raise ChannelError(str(error)) from error
    except OSError as error:  # smtplib's own errors are OSErrors, too
        raise ChannelAwayError(str(error)) from error


CHANNELS = {"mail": send_mail}
