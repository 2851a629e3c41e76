"""Pure decisions: reading the file, reading its products, naming SKUs, telling differences, writing rows."""
