"""What answers in place of a Speech container: its settings, metering and protocols. Nothing here knows speech."""
