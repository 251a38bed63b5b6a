"""Pure readers and writers of the office's sheets: cells in, rows and doubts out. No database is touched here.

read_workbook (grid) -> propose_kind (kinds) -> the reader of that kind: read_standard, merge_standards (standard), read_survey,
read_responsibilities, match_items (responsibilities), read_sites, read_ledger, read_people. What a person settles before a
reading is a Settled (settled); every Doubt (doubts) carries the Proposals that would settle it.
write_sheet (writing) and mark_sheets (marking: the office's sheet with its doubts beside it) are the ways back.
"""
