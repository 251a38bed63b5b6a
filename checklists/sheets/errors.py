"""Why a file cannot be read at all: one sentence per cause, each says what to do."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

REFUSALS = {
    "empty_file": _("The file is empty (0 bytes). Choose the file again."),
    "too_large": _("The file is larger than %(limit)s MB. Remove pictures or split it into several files."),
    "word_document": _("This is an old Word document. Save it as docx, or copy its table into a workbook and save that as xlsx."),
    "no_table": _("There is no table in the Word document. Choose a file with a table."),
    "other_office_file": _("This kind of office file cannot be read. Open it and save it as xlsx."),
    "not_a_workbook": _("This is not a workbook. Choose an xlsx, xls, csv or docx file."),
    "password": _("The workbook is protected by a password. Remove the password, save and choose it again."),
    "damaged": _("The workbook is damaged. Open it, save it again as xlsx and choose that file."),
    "too_many_parts": _("The workbook has more than %(limit)s parts inside. Save it again as xlsx without pictures."),
    "unpacks_too_large": _("The workbook unpacks to far more than its size. Save it again as xlsx with only the table in it."),
    "too_many_rows": _("The sheet “%(sheet)s” has more than %(limit)s rows. Split it into several files."),
    "too_many_columns": _("The sheet “%(sheet)s” has more than %(limit)s columns. Delete the empty columns to the right."),
    "empty_sheet": _("There is nothing in the sheet. Choose a file with a table."),
    "no_such_sheet": _("There is no sheet “%(sheet)s” in the file. It has: %(sheets)s."),
    "which_sheet": _("The file has several such sheets; name one of them: %(sheets)s."),
    "no_heading": _("No heading row was found in the sheet “%(sheet)s”. One row must name the columns, such as %(examples)s."),
    "no_rows": _("There is no row below the heading of the sheet “%(sheet)s”."),
}


class SheetError(ValidationError):
    """A file or sheet that cannot be read; `code` is a key of REFUSALS, str() the sentence with its facts."""

    def __init__(self, code: str, **facts):
        super().__init__(REFUSALS[code], code=code, params=facts)

    def __str__(self):
        return str(self.message) % self.params
