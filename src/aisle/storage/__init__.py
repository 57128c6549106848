"""The database (SQLite file or PostgreSQL) and the objects (local folder or S3)."""
