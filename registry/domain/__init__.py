"""Plain values of the registry and their laws."""
