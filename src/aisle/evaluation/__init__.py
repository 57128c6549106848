"""How good the answers are: what to hold out, how to rank, what to measure."""
