"""Datasets and models as files under keys: in a local folder, or in an S3 bucket."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import obstore
from obstore.store import S3Store

from aisle.settings import Settings

_STAGING_IS_STALE_AFTER = 24 * 3600.0


class Objects:
    """Files under keys such as `models/12-1/manifest.json`; a key is written once, never changed.

    Reading goes by a local path, so that arrays can be memory-mapped: the file itself where
    objects are local, a cached copy where they are in S3.
    """

    def __init__(self, settings: Settings) -> None:
        self._remote = s3_store(settings, settings.objects_url) if settings.objects_url else None
        self._folder = settings.data_dir / ("cache" if self._remote else "objects")
        self._staging = settings.data_dir / "staging"

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """A new empty folder to write into before `publish`; gone when the block ends."""
        folder = self._staging / f"{os.getpid()}-{uuid4().hex}"
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def sweep(self) -> None:
        """Remove what processes that were killed left in staging; at start, before any runs."""
        stale = time.time() - _STAGING_IS_STALE_AFTER
        for folder in self._staging.glob("*"):
            if folder.stat().st_mtime < stale:
                shutil.rmtree(folder, ignore_errors=True)

    def sweep_after(self, pid: int) -> None:
        """Remove what a process of this machine that was killed left in staging."""
        for folder in self._staging.glob(f"{pid}-*"):
            shutil.rmtree(folder, ignore_errors=True)

    def publish(self, source: Path, key: str) -> None:
        """Move a file, or all files of a folder, to a key; it appears whole or not at all."""
        if self._remote is not None:
            for path in [source] if source.is_file() else sorted(source.rglob("*")):
                if path.is_file():
                    tail = "" if path == source else f"/{path.relative_to(source)}"
                    obstore.put(self._remote, f"{key}{tail}", path)
        target = self._folder / key
        target.parent.mkdir(parents=True, exist_ok=True)
        self._discard(target)
        for path in [*source.rglob("*"), source]:
            _flush(path)
        source.rename(target)
        _flush(target.parent)

    def local(self, key: str) -> Path:
        """The local path of a key, fetched first where it is not here yet.

        Raises FileNotFoundError where no such object exists.
        """
        path = self._folder / key
        if path.exists():
            return path
        if self._remote is not None and self._fetch(key, path):
            return path
        raise FileNotFoundError(f"no object under the key {key}")

    def delete(self, key: str) -> None:
        """Remove a key and all below it; one that is not there is no error."""
        if self._remote is not None:
            for name in self._keys_below(key):
                obstore.delete(self._remote, name)
        self._discard(self._folder / key)

    def _fetch(self, key: str, path: Path) -> bool:
        if self._remote is None:
            return False
        names = self._keys_below(key)
        with self.staging() as staging:
            for name in names:
                target = staging / "object" / name.removeprefix(key).lstrip("/")
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("wb") as file:
                    for chunk in obstore.get(self._remote, name).stream():
                        file.write(chunk)
            if names:
                path.parent.mkdir(parents=True, exist_ok=True)
                try:
                    (staging / "object").rename(path)
                except OSError:
                    if not path.exists():  # else another process has fetched it meanwhile
                        raise
        return bool(names)

    def _keys_below(self, key: str) -> list[str]:
        """The key itself where it is an object, else the objects under it as a folder."""
        if self._remote is None:
            return []
        try:
            return [obstore.head(self._remote, key)["path"]]
        except FileNotFoundError:
            pages = obstore.list(self._remote, prefix=key)
            return [entry["path"] for page in pages for entry in page]

    def _discard(self, path: Path) -> None:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    """Have the disk keep a file's bytes, or a folder's entries, through a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def s3_store(settings: Settings, url: str) -> S3Store:
    """The bucket and prefix of an `s3://` URL at the operator's endpoint."""
    parts = urlsplit(url)
    return S3Store(
        parts.netloc,
        prefix=parts.path.strip("/") or None,
        endpoint=settings.s3_endpoint or None,
        region=settings.s3_region,
        access_key_id=settings.s3_access_key_id or None,
        secret_access_key=settings.s3_secret_access_key or None,
        virtual_hosted_style_request=False,
        client_options={"allow_http": True},
    )
