"""What happens without anybody asking: due months, retries, reminders, overdue schedules."""
