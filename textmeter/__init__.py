"""Textmeter keeps track of every text and call on a business's tracking numbers."""

__version__ = "0.1.0"
