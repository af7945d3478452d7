"""`python -m crmdsl`."""

from crmdsl.cli import main

main()
