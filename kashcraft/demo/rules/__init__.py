"""The plan of the demo year: orders and reviews, generated from a fixed seed without a database."""
