"""A study being written: edits in its file, findings at their fields, undo, and ways to begin. No page, no storage."""
