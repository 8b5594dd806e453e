"""Stands in for the container double: does what its variables say.

`report`: a file that gets its launch document, a line a start. `exit`: ends with that status, serving nothing.
`listens`: the port in the container. `healthy`: a file; /healthy is 200 while it is there. `write`: a mount in which to make a
file. `silent`: never says where it listens.
"""

import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

launch = json.loads(sys.stdin.readline())
variables = launch["env"]
with Path(variables["report"]).open("a") as report:
    report.write(json.dumps(launch) + "\n")
for mounted, folder in launch["volumes"].items():
    if mounted == variables.get("write"):
        (Path(folder) / "written").touch()
sys.stderr.write(f"started {launch['image']}\n")
if "exit" in variables:
    sys.exit(int(variables["exit"]))


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        sick = self.path == "/healthy" and not Path(variables["healthy"]).exists()
        self.send_response(503 if sick else 200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


server = HTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
if "silent" not in variables:
    sys.stdout.write(
        json.dumps({"port": server.server_port, "container_port": int(variables.get("listens", 5000))}) + "\n"
    )
sys.stdout.flush()
while os.read(sys.stdin.fileno(), 4096):
    pass
