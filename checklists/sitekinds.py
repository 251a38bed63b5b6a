"""Names of kinds of site, for proposals while one types. The kinds themselves live in an app to the right."""

from collections.abc import Callable, Iterable

from campaigns.viewer import Viewer

# Apps that know kinds of site add a callable(viewer) -> names in ready().
SOURCES: list[Callable[[Viewer], Iterable[str]]] = []


def site_kind_names(viewer: Viewer) -> list[str]:
    return list(dict.fromkeys(name for source in SOURCES for name in source(viewer)))
