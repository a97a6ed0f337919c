"""Read a month's audit trail and sign-ins, and prove the reading complete."""
