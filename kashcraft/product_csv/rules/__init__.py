"""Rules of the import: reading the file and its products, SKUs, differences, and writing rows."""
