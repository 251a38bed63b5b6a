"""WeasyPrint, and what of its inside we lean on: the only file that imports it.

It asks cffi for each library under the names of every platform, and for each name Linux has not, ctypes starts ldconfig,
gcc and ld: seventy processes and a third of a second whenever a process of ours begins to print. The file's own name
(`libpango-1.0.so.0`) is among the names and needs nobody's help.
"""

import ctypes.util
import sys
from unittest.mock import patch

with patch.object(ctypes.util, "find_library", (lambda name: None) if sys.platform == "linux" else ctypes.util.find_library):
    from weasyprint import HTML
    from weasyprint.document import Document
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout import inline
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.text.line_break import create_layout, line_size
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

__all__ = [
    "HTML",
    "Document",
    "FatalURLFetchingError",
    "FontConfiguration",
    "URLFetcher",
    "URLFetcherResponse",
    "boxes",
    "create_layout",
    "inline",
    "line_size",
]
