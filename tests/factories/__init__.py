"""Things that tests start from."""
