"""Members as staff read them: rows of the list, and the parts of one member's page."""
