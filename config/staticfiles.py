"""Addresses of static files."""

from functools import cache

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """WhiteNoise's, but an address is worked out once: it stays as long as the process, and a page names two dozen."""

    @cache  # noqa: B019 (one instance lives as long as the process)
    def url(self, name, force=False):
        return super().url(name, force)
