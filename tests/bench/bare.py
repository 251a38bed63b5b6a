"""The bare PDF engine on the same HTML as one of our papers: the floor of a bulletin."""

from reports import pdf
from reports.typeset.bulletin import page_of
from reports.typeset.engine import HTML


def bare_engine(paper, photos):
    """(function that renders once, number of pages); fonts known, photos ready, no second layout, no collector paused."""
    pictures = {key: pdf._print_photo(photos(key)) for key in paper.photo_keys}
    addresses = {key: f"photo:{number}" for number, key in enumerate(pictures)}
    source = pdf._Source({address: pictures[key] for key, address in addresses.items()})
    html = pdf._html("reports/pdf/bulletin.html", page_of(paper, addresses) | {"density": pdf.DENSITIES[0]})
    with pdf._engine() as fonts:
        pages = len(HTML(string=html, base_url="paper:", url_fetcher=source).render(font_config=fonts).pages)

    def render():
        return HTML(string=html, base_url="paper:", url_fetcher=source).write_pdf(font_config=fonts)

    return render, pages
