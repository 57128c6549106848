"""AllStore: the shop that shows the engine at work, through boto3 alone."""
