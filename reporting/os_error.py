"""The reason that an operating system gives, for a message."""


def os_reason(error: OSError) -> str:
    """Why it failed, in the system's words; what a library raised in its place may have none of those, but its own."""
    return error.strerror or str(error) or type(error).__name__
