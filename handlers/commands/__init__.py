"""What people type after ``/compliance-report``: parsed or refused, never guessed."""
