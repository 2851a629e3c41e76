"""The forms of the section."""
