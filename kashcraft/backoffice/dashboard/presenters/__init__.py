"""Presenters of the first page and of the search for everything."""
