"""The web UI: views and view models."""
