"""Products as staff read them: rows of the list, and the parts of the form."""
