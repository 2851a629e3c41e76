"""Helpers for tests and benchmarks: PostgreSQL, Chromium, and the shop under its own server."""
