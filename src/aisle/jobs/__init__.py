"""What takes a while: claimed from the resource rows, run apart, safe to run again."""
