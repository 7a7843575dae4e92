"""Brokers and captures: messages checked against the channels that declare them."""
