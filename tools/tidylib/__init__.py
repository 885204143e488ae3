"""The house rules of the repository as executable checks; run by tools/tidy."""
