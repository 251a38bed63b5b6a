import gc
import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
_ = get_resolver().url_patterns  # every page is imported now, before the workers fork, and not at the first request of each
import_module("reports.pdf")  # nor the engine of print at the first paper
gc.freeze()  # what is loaded stays, in every worker
