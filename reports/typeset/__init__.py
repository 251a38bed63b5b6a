"""What Chinese text needs on paper that the PDF engine does not do by itself."""
