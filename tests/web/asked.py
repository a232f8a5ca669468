"""The application asked without a network: an address and a form go in; status, headers and body come out."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any
from urllib.parse import urlencode

from derivegen.web.app import application
from derivegen.web.form import Answer, Visit
from derivegen.web.limits import Rate
from derivegen.web.work import answer

Ask = Callable[[Visit], Awaitable[Answer]]
NETWORK = """title = "Small"
data = { inputs = [[0.5]], targets = [[0.6]] }
layer = [{ units = 1, activation = "sigmoid", weights = [[0.4]], biases = [0.1] }, { units = 1, weights = [[0.3]], biases = [0.2] }]
loss = { name = "half_squared_error" }
training = { learning_rate = 0.1 }
notation = "plain"
"""


async def directly(job: Visit) -> Answer:
    """The answer, made in this process."""
    return answer(job)


@cache
def usual() -> Any:
    """The application without a limit on how often."""
    return application(directly, Rate(0))


class Reply:
    """What came back."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def words(self) -> str:
        """The text without its tags."""
        return html.unescape(re.sub(r"<[^>]+>", "", self.text))

    @property
    def network(self) -> str:
        """What stands in the editor."""
        found = re.search(r'<textarea name="net".*?>\n(.*?)</textarea>', self.text, re.S)
        assert found is not None
        return html.unescape(found[1])


def get(path: str, app: Any = None, **headers: str) -> Reply:
    """A page."""
    return _asked(app or usual(), "GET", path, b"", headers)


def post(path: str, fields: dict[str, str] | list[tuple[str, str]], app: Any = None, **headers: str) -> Reply:
    """A form that was sent."""
    body = urlencode(fields).encode()
    return _asked(app or usual(), "POST", path, body, {"content_type": "application/x-www-form-urlencoded"} | headers)


def drop(path: str, fields: dict[str, str], name: str, data: bytes) -> Reply:
    """A form with a file."""
    parts = [
        f'--x\r\ncontent-disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    parts.append(
        f'--x\r\ncontent-disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode() + data + b"\r\n"
    )
    body = b"".join(parts) + b"--x--\r\n"
    return _asked(usual(), "POST", path, body, {"content_type": "multipart/form-data; boundary=x"})


def _asked(app: Any, method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
    given = {"host": "testing", "content_length": str(len(body)), **headers}
    plain, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": plain,
        "raw_path": plain.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(key.replace("_", "-").encode(), value.encode()) for key, value in given.items()],
        "client": ("198.51.100.7", 5000),
        "server": ("testing", 80),
    }
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    start = next(each for each in sent if each["type"] == "http.response.start")
    content = b"".join(each.get("body", b"") for each in sent if each["type"] == "http.response.body")
    return Reply(start["status"], {key.decode(): value.decode() for key, value in start["headers"]}, content)
