"""The layout of the TXT's lines, for code that writes or reads them."""

RULE = "-" * 80
"""Stands below each record."""
INDENT = "  "
"""With which the line of a highlight begins, and no line of a record; the number of its kind stands above without."""
BETWEEN = " | "
"""Stands between two columns of such a line and in none, since a bar within a value is escaped."""
