"""Serve a folder on this machine only, compressed: `python serve.py FOLDER [PORT]`.

Without PORT it takes 8000, or the next free port; a PORT that is taken is refused.
"""

from __future__ import annotations

import gzip
import io
import sys
from functools import lru_cache, partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO

HOST = "127.0.0.1"
FIRST_PORT = 8000
COMPRESSED = ("text/", "application/json", "application/wasm", "application/xml", "image/svg+xml")


@lru_cache(maxsize=256)
def compressed(path: Path, changed: float) -> bytes:
    """The file's bytes, compressed once for each time it changed."""
    return gzip.compress(path.read_bytes())


class Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".svg": "image/svg+xml",
        ".wasm": "application/wasm",
    }

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        path = Path(self.translate_path(self.path))
        if path.is_dir() and self.path.split("?")[0].endswith("/"):
            path /= "index.html"
        kind = self.guess_type(str(path))
        accepted = "gzip" in self.headers.get("Accept-Encoding", "")
        if not (accepted and path.is_file() and kind.startswith(COMPRESSED)):
            return super().send_head()
        body = compressed(path, path.stat().st_mtime)
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)

    def end_headers(self) -> None:
        # the reader may rebuild the site and reload: always ask again
        self.send_header("Cache-Control", "no-cache")
        self.send_header("Vary", "Accept-Encoding")
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory, "404.html")
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        # a browser that closes a connection early is no error
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def server(folder: str, port: int | None) -> Server:
    """A server on the given port, or else on the first free one from 8000 on."""
    handler = partial(Handler, directory=folder)
    if port is not None:
        return Server((HOST, port), handler)
    for candidate in range(FIRST_PORT, FIRST_PORT + 20):
        try:
            return Server((HOST, candidate), handler)
        except OSError:
            continue
    return Server((HOST, 0), handler)


def main(folder: str, port: str = "") -> int:
    try:
        site = server(folder, int(port) if port else None)
    except (OSError, OverflowError, ValueError) as error:
        print(f"Cannot serve on port {port}: {error}.", file=sys.stderr)
        print("Take another: make tutorial PORT=8080, or leave PORT out.", file=sys.stderr)
        return 1
    with site:
        print()
        print(f"  The tutorial is at  http://{HOST}:{site.server_port}/")
        print("  It is served on this machine only. Ctrl-C stops it.", flush=True)
        try:
            site.serve_forever()
        except KeyboardInterrupt:
            print("\n  Stopped.")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
