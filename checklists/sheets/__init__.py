"""Pure readers and writers of the office's sheets: cells in, rows and doubts out. No database is touched here.

read_workbook (grid) -> read_standard, merge_standards (standard) | read_responsibilities, match_items (responsibilities);
write_sheet (writing) is the way back.
"""
