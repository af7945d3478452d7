"""What the operating system refuses, in our words: its own follow the locale of the machine, not `--lang`."""

from __future__ import annotations

import errno

from crmdsl.diagnostics.message import Message

_REASONS = {
    errno.ENOENT: Message("no such file or directory"),
    errno.EACCES: Message("permission denied"),
    errno.EPERM: Message("operation not permitted"),
    errno.EISDIR: Message("is a directory"),
    errno.ENOTDIR: Message("not a directory"),
    errno.EEXIST: Message("file exists"),
    errno.ENOTEMPTY: Message("directory not empty"),
    errno.ENOSPC: Message("no space left on device"),
    errno.EROFS: Message("read-only file system"),
    errno.ELOOP: Message("too many levels of symbolic links"),
    errno.ENAMETOOLONG: Message("file name too long"),
    errno.EMFILE: Message("too many open files"),
    errno.EIO: Message("input/output error"),
}


def reason(error: Exception) -> Message:
    """Why the system refused, or what else an exception says."""
    known = _REASONS.get(error.errno or 0) if isinstance(error, OSError) else None
    return known or Message("{words}", words=getattr(error, "strerror", None) or error)
