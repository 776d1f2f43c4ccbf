"""What the machine refuses, as a sentence with what to do: a disk that is full, or may not be written."""

from __future__ import annotations

import errno

from sqlalchemy.exc import DBAPIError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
AGAIN = "What was finished before stands, and nothing half-made counts. Make room, and give the same command again."


def sentence(error: BaseException) -> str | None:
    """What to tell a user; None for an error that is not the machine's but ours."""
    if isinstance(error, OSError) and error.errno in FULL:
        where = f" ({error.filename})" if error.filename else ""
        return f"There is no room left on the disk{where}. {AGAIN}"
    if isinstance(error, OSError) and error.errno == errno.EROFS:
        return f"{error.filename or 'A folder'} cannot be written: its disk is read-only. Give a folder on another one."
    if isinstance(error, DBAPIError):
        said = " ".join(str(error.orig).split()).rstrip(".")
        if "full" in said:
            return f"There is no room left where the state is kept ({said}). {AGAIN}"
        if error.connection_invalidated or "locked" in said or "unable to open" in said or "readonly" in said:
            todo = "Nothing of this was kept. See that it is there and may be written, and give the same command again."
            return f"The state cannot be reached ({said}). {todo}"
    return None
