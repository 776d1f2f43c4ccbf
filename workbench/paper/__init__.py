"""What every document is made of, and how it is written as a page (HTML), Word, PDF/A and text (Markdown)."""
