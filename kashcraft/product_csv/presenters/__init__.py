"""What an import says to people: its report, its refusals, how far pictures are."""
