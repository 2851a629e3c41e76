"""The files that the demo shop is made of."""
