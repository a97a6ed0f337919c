"""The environment variables that a child process gets."""

from collections.abc import Mapping

HARMLESS = frozenset(
    {
        "PATH",
        "HOME",
        "USER",
        "LOGNAME",
        "LANG",
        "LANGUAGE",
        "TZ",
        "TMPDIR",
        "LD_LIBRARY_PATH",
        "VIRTUAL_ENV",
        "NO_COLOR",
    }
)
PREFIXES = ("LC_", "PYTHON", "COVERAGE_", "COV_CORE_", "OPENBLAS_", "OMP_")


def child_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables for paths and language; none can be a secret."""
    return {name: value for name, value in environment.items() if name in HARMLESS or name.startswith(PREFIXES)}
