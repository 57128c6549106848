"""The processes of `aisle serve`: a supervisor, equal HTTP workers, and a job worker."""
