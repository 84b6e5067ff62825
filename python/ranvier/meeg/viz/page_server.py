"""Pages that tell Python what is marked on them: a server for this machine alone.

It listens on 127.0.0.1, at a port that the system chooses. Every page has an address with a secret of 256 bits in it;
whoever does not know it learns and changes nothing. The browser must have asked for this machine by its number, so
that no name can be made to point here. What is sent is checked before it is applied, and can be no more than marks.
"""

import atexit
import http.server
import logging
import os
import re
import secrets
import threading

_log = logging.getLogger("ranvier.pages")
_MOST = 16_000_000  # bytes of marks
_PAGES = 8  # that are heard at once: the oldest is forgotten


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format, *args):
        """Tell the log, not the terminal."""
        _log.debug(format, *args)

    def _answer(self, status, text="", kind="text/plain; charset=utf-8"):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Access-Control-Allow-Origin", "*")  # pages in notebooks have an origin of their own
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(body)

    def _asked(self):
        """The page that is asked for and what of it; None where there is none."""
        if self.headers.get("Host") != f"127.0.0.1:{self.server.server_address[1]}":
            return None, ""
        _, secret, *rest = [*self.path.split("/"), ""]
        return self.server.pages.get(secret), "/".join(rest).strip("/")

    def do_OPTIONS(self):
        self.send_response(204)
        for name, value in (
            ("Origin", "*"),
            ("Methods", "GET, POST"),
            ("Headers", "Content-Type"),
            ("Private-Network", "true"),
        ):
            self.send_header(f"Access-Control-Allow-{name}", value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self):
        page, what = self._asked()
        if page is None or what not in ("", "marks"):
            self._answer(404, "no such page")
        elif what == "":
            self._answer(200, page._sending_html(), "text/html; charset=utf-8")
        elif (marks := page._marks_so_far()) is None:
            self._answer(404, "nothing has been marked")
        else:
            self._answer(200, marks)

    def do_POST(self):
        page, what = self._asked()
        length = self.headers.get("Content-Length", "")
        if page is None or what not in ("marks", "done"):
            self.close_connection = True
            self._answer(404, "this page is closed")
        elif not re.fullmatch("[0-9]{1,9}", length) or int(length) > _MOST:
            self.close_connection = True
            self._answer(413, f"marks must say their length, at most {_MOST} bytes")
        else:
            try:
                page._take(self.rfile.read(int(length)).decode(), what == "done")
            except Exception as wrong:  # the reader is told on the page
                self._answer(400, str(wrong))
            else:
                self._answer(200)


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages = {}


_lock = threading.Lock()
_server = None


def serve(page):
    """The address of a page from now on, without a / at its end."""
    global _server
    with _lock:
        if _server is None:
            _server = _Server()
            threading.Thread(target=_server.serve_forever, name="ranvier-pages", daemon=True).start()
            atexit.register(_stop, _server, os.getpid())
        secret = secrets.token_urlsafe(32)
        _server.pages[secret] = page
        while len(_server.pages) > _PAGES:
            del _server.pages[next(iter(_server.pages))]
        return f"http://127.0.0.1:{_server.server_address[1]}/{secret}"


def hears(address, page):
    """Whether a page is still heard at its address, in this process."""
    with _lock:
        return _server is not None and _server.pages.get(address.rpartition("/")[2]) is page


def _stop(server, process):
    if os.getpid() != process:
        return  # a child of it has no thread that serves, and would wait for one
    server.shutdown()
    server.server_close()
    server.pages.clear()


def withdraw(address):
    """Forget a page."""
    with _lock:
        if _server is not None:
            _server.pages.pop(address.rpartition("/")[2], None)


def _forget():
    """In a child of the process: its parent is asked, and it serves pages of its own if need be."""
    global _lock, _server
    if _server is not None:
        _server.server_close()
    _lock, _server = threading.Lock(), None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
