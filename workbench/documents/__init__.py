"""The authorisation request of a study as blocks, and those blocks as a page (HTML), Word and PDF."""
