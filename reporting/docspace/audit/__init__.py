"""Reading a month's audit trail and sign-ins completely, and proving it."""
