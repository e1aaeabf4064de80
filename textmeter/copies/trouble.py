"""What can go wrong with copies, in words for the person who asked for one."""

from __future__ import annotations

NOT_AS_IT_SAYS = "its database is not what its manifest says."


class CopyTrouble(Exception):
    """The copy can't be made or put back, and nothing was changed; the text says why, and what to do."""


class UnusableFile(CopyTrouble):
    """The file is no backup, is broken, or is not for this program or this database."""
