"""Bytes to calls and back: the service's protocols, driven by botocore's models."""

from aisle.wire.app import create_app

__all__ = ["create_app"]
