"""The media folder with the pictures that are served, and the private folder of what people send."""
