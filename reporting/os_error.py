"""Extract the operating system's reason from an error."""


def os_reason(error: OSError) -> str:
    """Why it failed, in the system's words, or else in those of the library that raised it."""
    return error.strerror or str(error) or type(error).__name__
