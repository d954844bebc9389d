"""The router's configuration in the hands of claude-code-router, which talks to a provider on this machine."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import target_project

from orchestra_compiler.model import Fleet

START_S = 30


class Provider(BaseHTTPRequestHandler):
    """Answers like a chat API, notes who was asked with which key, and fails for the models that it is told to."""

    asked: list[tuple[str, str]]
    failing: set[str]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.asked.append((body["model"], self.headers.get("authorization", "")))
        choice = {"index": 0, "message": {"role": "assistant", "content": "Fine."}, "finish_reason": "stop"}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        answer = {"id": "1", "object": "chat.completion", "model": body["model"], "choices": [choice], "usage": usage}
        self.send_response(500 if body["model"] in self.failing else 200)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def provider() -> Iterator[type[Provider]]:
    handler = type("Noting", (Provider,), {"asked": [], "failing": set()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.url = f"http://127.0.0.1:{server.server_port}/v1/chat/completions"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield handler
    server.shutdown()
    server.server_close()


@pytest.fixture
def router(fleet: Fleet, provider: Any, tmp_path: Path) -> Iterator[str]:
    program = shutil.which("ccr")
    if program is None:
        pytest.skip("claude-code-router is not installed")
    (text,) = target_project.emit(fleet, "claude-code-router").values()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = {**json.loads(text), "HOST": "127.0.0.1", "PORT": port}
    for each in config["Providers"]:
        each["api_base_url"] = provider.url
    (tmp_path / ".claude-code-router").mkdir()
    (tmp_path / ".claude-code-router" / "config.json").write_text(json.dumps(config))
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "ACME_API_KEY": "a-key", "OTHER_API_KEY": "o-key"}
    environment["SERVICE_PORT"] = str(port)
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen([program, "start"], env=environment, stdout=log, stderr=log)
    try:
        for _ in range(START_S * 10):
            with socket.socket() as there:
                if there.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/v1/messages"
    finally:
        process.terminate()
        process.wait(timeout=20)


def ask(
    url: str, provider: Any, text: str = "Hello.", model: str = "claude-sonnet", **more: object
) -> list[tuple[str, str]]:
    """Send one request as Claude Code does, and return who the provider was asked for meanwhile."""
    before = len(provider.asked)
    body = {"model": model, "max_tokens": 100, "messages": [{"role": "user", "content": text}], **more}
    request = urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 200
    return provider.asked[before:]


def test_requests_reach_the_models_that_the_tiers_say(router: str, provider: Any) -> None:
    small, large, wide = ("small-1", "Bearer a-key"), ("large-1", "Bearer a-key"), ("wide-1", "Bearer o-key")
    assert ask(router, provider) == [small]
    assert ask(router, provider, model="claude-3-5-haiku") == [small]
    assert ask(router, provider, thinking={"type": "enabled", "budget_tokens": 1024}) == [large]
    assert ask(router, provider, tools=[{"type": "web_search_20250305", "name": "web_search"}]) == [large]
    assert ask(router, provider, "word " * 95_000) == [wide]
    provider.failing.add("small-1")
    assert ask(router, provider) == [small, wide]
