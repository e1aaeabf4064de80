"""Django's PostgreSQL, but nobody waits for a server that has fallen silent."""
