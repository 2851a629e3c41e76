"""Measurements against a bare page of the same machine and minute."""
