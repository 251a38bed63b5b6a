"""Pages of a list."""

from django.core.paginator import Page, Paginator


def page_of(request, rows, *, per_page: int = 50) -> Page:
    """The page named by `?page=`; a number out of range gives the nearest page."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))
