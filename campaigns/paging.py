"""Pages of a list."""

from django.core.paginator import Page, Paginator


def page_of(request, rows, *, per_page: int = 50, count: int | None = None) -> Page:
    """The page named by `?page=`; a number out of range gives the nearest page. count: of the rows, where it is known."""
    pages = Paginator(rows, per_page)
    if count is not None:
        pages.count = count
    return pages.get_page(request.GET.get("page"))
