"""Notes over HTTP: GET /notes/ID reads one, PUT /notes/ID writes it, GET /healthz says that it is up."""

import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


class Notes(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/healthz":
            return self.answer(200, "up")
        if self.path == "/":
            return self.answer(200, os.environ["GREETING"])
        if not self.path.startswith("/notes/"):
            return self.answer(404, "not found")
        found = table.get_item(Key={"id": self.path.removeprefix("/notes/")}).get("Item")
        return self.answer(200, found["text"]) if found else self.answer(404, "not found")

    def do_PUT(self):
        if not self.path.startswith("/notes/"):
            return self.answer(404, "not found")
        length = min(int(self.headers.get("Content-Length", 0)), 65_536)
        text = self.rfile.read(length).decode()
        table.put_item(Item={"id": self.path.removeprefix("/notes/"), "text": text})
        return self.answer(200, "written")

    def answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


ThreadingHTTPServer(("", 8080), Notes).serve_forever()
