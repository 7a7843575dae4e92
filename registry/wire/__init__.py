"""Other people's protocols on the same store."""
