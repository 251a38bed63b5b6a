"""One sender per channel: name -> function(delivery, notices), raising ChannelError when it may be tried again."""

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation


class ChannelError(Exception):
    """The channel did not take it; the delivery is tried again later."""


def send_mail(delivery, notices):
    """One digest in the reader's language; the Message-ID is the delivery's own, whatever happens."""
    with translation.override(delivery.user.language):
        context = {"user": delivery.user, "notices": notices, "on": delivery.on, "site": settings.SITE_URL}
        subject = render_to_string("notices/mail/digest_subject.txt", context).strip()
        body = render_to_string("notices/mail/digest.txt", context)
    message = EmailMessage(subject, body, to=[delivery.user.email], headers={"Message-ID": delivery.message_id})
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as error:
        raise ChannelError(str(error)) from error


CHANNELS = {"mail": send_mail}
