"""The answers: which model, which history, which items, in which order."""
