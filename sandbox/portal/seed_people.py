"""Who works on the stand-in portal, and in which rooms."""

from dataclasses import dataclass
from functools import cached_property
from uuid import NAMESPACE_DNS, uuid5


@dataclass(frozen=True)
class Person:
    first: str
    last: str
    email: str
    ip: str
    country: str
    city: str
    browser: str = "Chrome 131"
    platform: str = "Windows 11"
    is_admin: bool = False
    is_guest: bool = False

    @cached_property
    def id(self) -> str:
        return str(uuid5(NAMESPACE_DNS, self.email))

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"


@dataclass(frozen=True, slots=True)
class Room:
    id: int
    title: str
    room_type: int
    """2 editing, 5 custom, 6 public, 8 virtual data room."""


OWNER = Person("Anna", "Kalniņa", "anna@example.com", "192.0.2.10", "Latvia", "Riga", "Firefox 133", is_admin=True)
PEOPLE = (
    OWNER,
    Person("Zoe", "Miller", "zoe@example.com", "192.0.2.21", "Germany", "Berlin", is_admin=True),
    Person("José", "Álvarez", "jose@example.com", "198.51.100.7", "Spain", "Madrid", "Safari 18", "Mac OS 15"),
    Person("Łukasz", "Wiśniewski", "lukasz@example.com", "198.51.100.23", "Poland", "Gdańsk"),
    Person("Søren", "Ødegård", "soren@example.com", "203.0.113.5", "Norway", "Bergen", "Edge 131"),
    Person("太郎", "山田", "taro@example.com", "203.0.113.61", "Japan", "Osaka"),
    Person("Ольга", "Смирнова", "olga@example.com", "203.0.113.77", "Latvia", "Daugavpils"),
    Person("Çağla", "Özdemir", "cagla@example.com", "198.51.100.90", "Türkiye", "İzmir", "Chrome 131", "Android 15"),
    Person("Minh Anh", "Nguyễn", "minhanh@example.com", "2001:db8::42", "Vietnam", "Hanoi"),
    Person("فاطمة", "الزهراء", "fatima@example.com", "192.0.2.140", "Morocco", "Rabat", "Chrome 131", "iOS 18"),
    Person("Tom", "O'Brien", "tom@example.com", "192.0.2.155", "Ireland", "Cork", "Firefox 133", "Linux"),
    Person("Guest", "Auditor", "auditor@partner.example", "198.51.100.200", "", "", is_guest=True),
)
MALLORY = Person(
    "Mallory", "Grey\nID: 1", "mallory@example.com", "198.51.100.66", "<!channel>", "\u202enilreB", "Chrome\r131"
)
ROOMS = (
    Room(101, "Legal", 5),
    Room(102, "Finance", 8),
    Room(103, "Sales & Partners", 6),
    Room(104, "Human Resources", 5),
    Room(105, "Labor München", 2),
    Room(106, "Board", 8),
)
