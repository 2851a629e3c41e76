"""The media folder, which stores product pictures."""
