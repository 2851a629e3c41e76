"""Events that features publish: frozen dataclasses of ids and plain values, one module per publisher."""
