"""`python -m speech.cli`."""

from speech.cli.main import main

main()
