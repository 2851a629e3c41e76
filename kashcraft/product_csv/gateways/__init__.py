"""The folder beside the file with its local pictures, and fetching pictures from the web."""
