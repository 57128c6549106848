"""The AWS services that programs for Personalize use beside it, on the same port, by moto."""
