"""The portal's settings, and a header with which the crawl tries a button without leaving a trace."""

from config.settings import *  # noqa: F403
from config.settings import MIDDLEWARE

MIDDLEWARE = ["tests.walks.dry.DryRun", *MIDDLEWARE]
