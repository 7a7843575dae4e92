"""Does a live system keep its contract?"""
