"""What the store sells and who shops there."""
