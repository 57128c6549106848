"""Amazon resource names of the `personalize` service."""

import msgspec


class Scope(msgspec.Struct, frozen=True):
    """Whose resources: a caller sees only its own account and region."""

    account: str
    region: str

    def arn(self, tail: str) -> str:
        """The full ARN of a resource, from its tail such as `schema/films`."""
        return f"arn:aws:personalize:{self.region}:{self.account}:{tail}"


def scope_of(arn: str) -> Scope:
    """The account and region an ARN names; empty strings where it has none."""
    parts = [*arn.split(":", 5), "", "", "", "", ""]
    return Scope(account=parts[4], region=parts[3])


def tail_of(arn: str) -> str:
    """What stands behind the account, such as `dataset/films/ITEMS`."""
    return arn.split(":", 5)[-1]
