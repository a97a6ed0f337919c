"""The server generations a client may meet; it cannot choose which."""

from enum import StrEnum


class Generation(StrEnum):
    """The values sort by age."""

    V26 = "2.6"
    V30 = "3.0"
    V32 = "3.2"
    V35 = "3.5"
    V36 = "3.6"
    V37 = "3.7"
    NEXT = "next"

    @property
    def version(self) -> str:
        """The release the stand-in calls itself, as ``GET /settings`` shows it."""
        return _RELEASES[self]

    def reached(self, other: "Generation") -> bool:
        """Tell whether this generation is *other* or a later one."""
        return self.value >= other.value

    @property
    def clamps_count(self) -> bool:
        """Up to 3.1 a ``count`` that is too large is quietly made 1000; since 3.2 it is refused."""
        return not self.reached(Generation.V32)

    @property
    def largest_page(self) -> int:
        return 1000 if self.clamps_count else 100

    @property
    def mislabels_dates(self) -> bool:
        """2.x prints the portal's wall clock and calls it ``Z``."""
        return self is Generation.V26

    @property
    def place_field(self) -> str:
        return "location" if self.reached(Generation.V35) else "module"

    @property
    def answers_upload_with_array(self) -> bool:
        return self.reached(Generation.V37)

    @property
    def has_api_keys(self) -> bool:
        return self.reached(Generation.V30)


_RELEASES = {
    Generation.V26: "2.6.3",
    Generation.V30: "3.1.1",
    Generation.V32: "3.2.1",
    Generation.V35: "3.5.0",
    Generation.V36: "3.6.1",
    Generation.V37: "3.7.2",
    Generation.NEXT: "4.0.0",
}
