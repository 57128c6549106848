"""The key by which a server's own jobs call the AWS services that it answers for itself."""

from typing import Protocol

from aisle.storage.access_keys import AccessKey

_PREFIX = "AISLEJOB"


class Keys(Protocol):
    """The access keys of an installation."""

    def look_up(self, access_key_id: str) -> tuple[bool, AccessKey | None]:
        """Whether callers need one, and the valid one of that id."""


def job_key(account: str, secret: str) -> AccessKey:
    """That of the jobs for an account; the secret is one start's of the server."""
    return AccessKey(f"{_PREFIX}{account}", secret, account, "jobs", 0.0)


class JobKeys:
    """Those of an installation, and those of its jobs."""

    def __init__(self, keys: Keys, secret: str) -> None:
        self._keys = keys
        self._secret = secret

    def look_up(self, access_key_id: str) -> tuple[bool, AccessKey | None]:
        """Whether callers need one, and the valid one of that id."""
        if self._secret and access_key_id.startswith(_PREFIX):
            return True, job_key(access_key_id.removeprefix(_PREFIX), self._secret)
        return self._keys.look_up(access_key_id)
