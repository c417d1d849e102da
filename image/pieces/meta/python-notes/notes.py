"""Notes over HTTP, kept in SQLite: the smallest service with state.

    $ actrl shoot --wait python-notes
    $ curl -d 'buy arrows' localhost:3010
    {"id": 1}
    $ curl localhost:3010
    [{"id": 1, "text": "buy arrows"}]

/data is a tmpfs here, gone with the VM. On a volume the notes stay: write into arrow_spec.json
    { "destination": "/data", "type": "ext4", "source": "notes" }
and give the VM a disk of that name:
    $ truncate -s 64M notes.img && mkfs.ext4 -q notes.img
    $ actrl shoot --wait -v notes.img:notes python-notes
"""

import contextlib
import http.server
import json
import os
import sqlite3

PORT = 8080
DATABASE = os.environ["NOTES_DATABASE"]
LARGEST_NOTE = 64 * 1024


@contextlib.contextmanager
def transaction():
    with contextlib.closing(sqlite3.connect(DATABASE, timeout=5)) as database, database:
        yield database


class Notes(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        with transaction() as database:
            rows = database.execute("SELECT id, text FROM notes ORDER BY id").fetchall()
        self.answer(200, [{"id": id, "text": text} for id, text in rows])

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        if length > LARGEST_NOTE:
            self.answer(413, {"error": f"a note has at most {LARGEST_NOTE} bytes"})
            return
        text = self.rfile.read(length).decode(errors="replace")
        with transaction() as database:
            id = database.execute("INSERT INTO notes (text) VALUES (?)", (text,)).lastrowid
        self.answer(201, {"id": id})

    def answer(self, status, value):
        body = json.dumps(value).encode() + b"\n"
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status == 413:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(body)


with transaction() as database:
    database.execute("CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")

with http.server.ThreadingHTTPServer(("", PORT), Notes) as server:
    print("serving at port", PORT, flush=True)
    server.serve_forever()
