"""Rules of uploads: kinds and names of files, states, and the names and widths of stored pictures."""
