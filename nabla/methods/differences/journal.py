"""A file of what f answered, from which an interrupted run goes on.

The first line says which run the file belongs to, as JSON; then there is a line for each value of
f, in the order they came: a digest of the point, the value as a hexadecimal float (or the
exception by which f said that it has none), and a checksum of the line.

    d67ac4c2b81e2b0ac51ffb1d1ee4c9d7 0x1.fbbcd4f4e7e3cp-3 0f4d1a4b

Every line is given to the operating system at once, so that nothing is lost when the run is
killed, and forced onto the disk when the last time was more than a second ago, so that a power cut
costs a second at most. A line that was cut off on the way does not fit its checksum, and goes. The
file is locked as long as a run writes it; the lock ends with the process, however it ends.
"""

from __future__ import annotations

import builtins
import hashlib
import json
import math
import os
import time
import weakref
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import IO

import numpy as np

from nabla.errors import InvalidOption
from nabla.methods.differences.fingerprint import changed
from nabla.methods.differences.inquiry import Evaluate, Receive, Reply
from nabla.result import Array

FORMAT = "nabla journal 1"

# The key of a line that names parts of f which f itself changes: a counter, a cache.
CHANGING = "changing"

SYNC_SECONDS = 1.0

# How f says that it has no value, where that can be written down and read again. Another
# exception is not written down: f is asked once more.
REFUSALS = {
    kind.__name__: kind
    for kind in vars(builtins).values()
    if isinstance(kind, type) and issubclass(kind, ArithmeticError | ValueError)
} | {"LinAlgError": np.linalg.LinAlgError}

_open_files: weakref.WeakSet[IO[bytes]] = weakref.WeakSet()


def _close_in_child() -> None:
    """A forked worker would hold the lock, and outlive a run that is killed."""
    for file in list(_open_files):
        file.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_close_in_child)


class Journal:
    """What f answered in this run and in those before it; closed at the end of a with statement.

    Args:
        path: the file; made if it is not there.
        run: what the run is, by names for the reader: only a run with the same may go on.
        changing: names of parts that the run changes itself, so that they need not be the same.

    Attributes:
        remembered: how many replies were taken from the file.

    Raises:
        InvalidOption: if the file belongs to another run, to none, or is being written.
        OSError: if it cannot be opened.
    """

    def __init__(
        self, path: str | os.PathLike[str], run: Mapping[str, str], changing: Iterable[str] = ()
    ) -> None:
        self.remembered = 0
        self._path = os.fspath(path)
        self._replies: dict[str, Reply] = {}
        self._changing = set[str]()
        self._asked: Counter[bytes] = Counter()
        self._file = open(self._path, "a+b", buffering=0)  # noqa: SIM115 (closed by __exit__)
        try:
            _open_files.add(self._file)
            self._lock()
            self._read(run, set(changing))
            self.note_changing(changing)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            os.fsync(self._file.fileno())
        finally:
            self._file.close()

    def before(self, evaluate: Evaluate) -> Evaluate:
        """The same, but f is asked only what is not in the file, and each reply is put there."""

        def remembering(points: Array, receive: Receive) -> None:
            keys = [self._key(point) for point in points]
            known = {k: self._replies[key] for k, key in enumerate(keys) if key in self._replies}
            self.remembered += len(known)
            receive(known)
            unknown = [k for k in range(len(points)) if k not in known]

            def write_down(replies: Mapping[int, Reply]) -> None:
                self._write([(keys[unknown[k]], reply) for k, reply in replies.items()])
                receive({unknown[k]: reply for k, reply in replies.items()})

            if unknown:
                evaluate(points[unknown], write_down)

        return remembering

    def note_changing(self, names: Iterable[str]) -> None:
        """Write down which parts of the run it changes itself."""
        new = sorted(set(names) - self._changing)
        if new:
            self._changing.update(new)
            self._append([f"{CHANGING} {json.dumps(new)}"])

    def _key(self, point: Array) -> str:
        """A digest of the point, and of how often it was asked before.

        One who asks again wants to see whether f says the same.
        """
        place = hashlib.blake2b(point.tobytes(), digest_size=16).digest()
        self._asked[place] += 1
        again = self._asked[place].to_bytes(8, "little")
        return hashlib.blake2b(place + again, digest_size=16).hexdigest()

    def _lock(self) -> None:
        try:
            _lock(self._file)
        except (BlockingIOError, PermissionError):
            raise InvalidOption(
                f"journal is {self._path!r}, and another run is writing that file",
                why="two runs in one file would tear each other's lines",
                remedy="wait for the other run to end, or name another file",
            ) from None

    def _read(self, run: Mapping[str, str], changing: set[str]) -> None:
        self._file.seek(0)
        content = self._file.read()
        end = content.find(b"\n") + 1
        beginning = json.dumps({"format": FORMAT})[:-1].encode()
        if not end and (content.startswith(beginning) or beginning.startswith(content)):
            # new, or cut off in the first line: nothing is lost
            self._file.truncate(0)
            self._append([json.dumps({"format": FORMAT, "run": dict(run)})])
            os.fsync(self._file.fileno())
            self._synced = time.monotonic()
            return
        header = _content(content[:end]) if content.startswith(beginning) else None
        if header is None:
            raise InvalidOption(
                f"journal is {self._path!r}, and that file is something else",
                why="only a file that nabla has begun itself is read, or written to",
                remedy="name another file",
            )
        intact = end
        for line in content[end:].splitlines(keepends=True):
            end += len(line)
            text = _content(line)
            if text is not None:
                key, _, value = text.partition(" ")
                if key == CHANGING:
                    self._changing.update(json.loads(value))
                else:
                    self._replies[key] = _reply_from(value)
                intact = end
        then: dict[str, str] = json.loads(header)["run"]
        self._require_same(then, run, self._changing | changing)
        self._file.truncate(intact)
        self._synced = time.monotonic()

    def _require_same(
        self, then: Mapping[str, str], now: Mapping[str, str], changing: set[str]
    ) -> None:
        different = [name for name in changed(then, now) if name not in changing]
        if different:
            raise InvalidOption(
                f"journal is {self._path!r}, which belongs to another run: "
                f"{_listed(different)} not the same",
                why="the values in it would be taken for those of this f at this x, "
                "and the gradient would be wrong",
                remedy="name another file, or delete this one if it is no longer needed",
            )

    def _write(self, entries: Sequence[tuple[str, Reply]]) -> None:
        texts = [(key, _text(reply)) for key, reply in entries]
        self._append([f"{key} {text}" for key, text in texts if text])
        if time.monotonic() - self._synced > SYNC_SECONDS:
            os.fsync(self._file.fileno())
            self._synced = time.monotonic()

    def _append(self, lines: Sequence[str]) -> None:
        data = b"".join(_line(text) for text in lines)
        while data:
            data = data[self._file.write(data) :]


def _lock(file: IO[bytes]) -> None:
    try:
        import fcntl
    except ImportError:
        import msvcrt

        # on Windows what is locked cannot be read either: a byte behind all that will be there
        file.seek(1 << 40)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _line(text: str) -> bytes:
    return f"{text} {zlib.crc32(text.encode()):08x}\n".encode()


def _content(line: bytes) -> str | None:
    """The line without its checksum; None if it is not whole."""
    text = line[:-1].rpartition(b" ")[0].decode(errors="replace")
    return text if _line(text) == line else None


def _text(reply: Reply) -> str:
    """A reply as it stands in the file; empty if it could not be read again."""
    refusal = reply.refusal
    if refusal is None:
        return reply.value.hex()
    notes = getattr(refusal, "__notes__", [])
    try:
        text = json.dumps([type(refusal).__name__, refusal.args, notes])
        again = _reply_from(text).refusal
    except (TypeError, ValueError, KeyError):
        return ""
    return text if (type(again), again and again.args) == (type(refusal), refusal.args) else ""


def _reply_from(text: str) -> Reply:
    if not text.startswith("["):
        return Reply(float.fromhex(text))
    name, arguments, notes = json.loads(text)
    refusal = REFUSALS[name](*arguments)
    for note in notes:
        refusal.add_note(note)
    return Reply(math.nan, refusal)


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last} are" if first else f"{last} is"
