"""The demo shop's plan: who buys what and when, worked out from a fixed seed without a database."""
