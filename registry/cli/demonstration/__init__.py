"""The main job on bundled services, step by step."""
