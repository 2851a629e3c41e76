"""What features tell one another: frozen dataclasses of ids and plain values, one module per publisher."""
