"""Texts of an import for people: its report, its refusals, the progress of pictures."""
