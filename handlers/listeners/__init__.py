"""What Slack delivers: a command, a button, a form, a shortcut, the Home tab. One file for each thing people do."""
