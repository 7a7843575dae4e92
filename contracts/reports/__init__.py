"""A Report as text, json, markdown, sarif, junit, github, gitlab or html."""
