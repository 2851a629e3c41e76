"""Readers of the files of the demo shop."""
