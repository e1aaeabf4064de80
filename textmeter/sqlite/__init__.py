"""SQLite as a Django database: Django's own, with a line for those who want to write."""
