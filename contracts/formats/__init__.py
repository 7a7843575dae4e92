"""One module per format: a Document becomes exchanges, where a writer meets a reader."""
