"""Programs that tests and measurements need: PostgreSQL, Chromium, the shop under its own server."""
