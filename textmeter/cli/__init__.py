"""The command line: one file a noun. Django is set up only by the commands that need it."""
