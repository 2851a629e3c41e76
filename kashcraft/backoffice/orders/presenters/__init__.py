"""Orders as staff read them: rows of the list, and the parts of one order's page."""
