"""A recommendation engine that speaks Amazon Personalize's API."""
