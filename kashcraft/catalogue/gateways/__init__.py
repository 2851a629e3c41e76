"""The media folder, where product pictures are kept."""
