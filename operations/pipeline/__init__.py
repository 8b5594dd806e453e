"""What pipelines need besides the commands of people: what a change would do, and what has drifted."""
