"""What the pages of all sections share: the guarded blueprint. Sections import it, it imports no section."""
