"""The folder beside the file, where its local pictures lie."""
