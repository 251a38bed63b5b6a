"""The way to the engine of print, which is loaded with the first paper: that takes as long as all of the portal, and a
set-up or a runner that prints nothing does without. The web server loads it before its workers fork (config/wsgi.py).
"""

from importlib import import_module

ENGINE = "reports.pdf"


def render_paper(*args, **facts) -> bytes:
    """As reports.pdf.render_paper."""
    return import_module(ENGINE).render_paper(*args, **facts)


def render_pdf(*args, **facts) -> bytes:
    """As reports.pdf.render_pdf."""
    return import_module(ENGINE).render_pdf(*args, **facts)
