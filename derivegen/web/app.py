"""Whoever answers jobs goes in, the web application comes out: addresses, what a request may be, and what every response is sent with.

The application itself computes nothing; it keeps nothing of what comes in.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from derivegen.document.blocks import Document
from derivegen.network.file.schema import json_schema
from derivegen.records import dataclass
from derivegen.render.environment import Templates
from derivegen.render.html_page import escape
from derivegen.render.inline_svg import palette
from derivegen.render.letterhead import html_look
from derivegen.web.form import Answer, Sent, Visit
from derivegen.web.limits import Rate
from derivegen.web.offers import offers
from derivegen.web.pool import Broken, BrokenOff, Busy
from derivegen.web.trouble import trouble
from derivegen.web.words import language_of

LARGEST, MOST_FIELDS = 6_000_000, 400
"""Bytes of a request, and fields of a form."""
PAGES = ("explain", "practise", "check")
FILES = ("export", "save")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; font-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
)
WORDS = {Broken: "web.broken", BrokenOff: "web.slow", Busy: "web.busy"}
Ask = Callable[[Visit], Awaitable[Answer]]


class TooLarge(Exception):
    """A request with more in it than one may have."""


class InMemory(MultiPartParser):
    """Files of a form never touch a disk."""

    spool_max_size = LARGEST + 1


@dataclass(frozen=True)
class Guard:
    """Lets through what may be asked: not too much, not too often, nothing sent by a page of another site; and sends with every response
    what the browser has to hold to."""

    app: ASGIApp
    rate: Rate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        if refusal := self._refused(request):
            await _page(trouble(*refusal))(scope, receive, _with_headers(send))
            return
        left = LARGEST

        async def measured() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise TooLarge
            return message

        try:
            await self.app(scope, measured, _with_headers(send))
        except TooLarge:
            await _page(trouble("web.large", _language(request), 413))(scope, receive, _with_headers(send))

    def _refused(self, request: Request) -> tuple[str, str, int] | None:
        """Why a request is refused, in which language, with which status."""
        language, length = _language(request), request.headers.get("content-length", "")
        if request.method == "POST" and _is_foreign(request):
            return "web.foreign", language, 403
        if length.isdigit() and (len(length) > 12 or int(length) > LARGEST):
            return "web.large", language, 413
        client = request.client.host if request.client else ""
        if request.method == "POST" and not self.rate.allows(client):
            return "web.often", language, 429
        return None


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            pairs = [(key.encode(), value.encode()) for key, value in HEADERS]
            message = {**message, "headers": [*message.get("headers", []), *pairs]}
        await send(message)

    return sent


def _is_foreign(request: Request) -> bool:
    """Whether a page of another site sent it, as browsers say; what is no browser says nothing."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc != request.headers.get("host", "")


def _language(request: Request, chosen: str = "") -> str:
    chosen = chosen or request.query_params.get("language", "")
    return language_of(chosen, request.headers.get("accept-language", ""))


def _page(answer: Answer) -> Response:
    headers = {"cache-control": "no-store"}
    if answer.name:
        headers["content-disposition"] = f'attachment; filename="{answer.name}"'
    return Response(answer.body, answer.status, headers, answer.kind)


async def _form(request: Request) -> Sent:
    """What was sent. Raises MultiPartException, TooLarge."""
    if request.method != "POST":
        return Sent()
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        data = await InMemory(
            request.headers, request.stream(), max_files=1, max_fields=MOST_FIELDS, max_part_size=LARGEST
        ).parse()
    else:
        data = await FormParser(request.headers, request.stream(), max_fields=MOST_FIELDS).parse()
    fields: dict[str, tuple[str, ...]] = {}
    files: dict[str, tuple[str, bytes]] = {}
    for key, value in data.multi_items():
        if isinstance(value, UploadFile):
            files[key] = (value.filename or "", await value.read())
        else:
            fields[key] = (*fields.get(key, ()), value)
    await data.close()
    return Sent(fields, files)


def application(
    ask: Ask, rate: Rate, hosts: tuple[str, ...] = ("*",), health: Callable[[], Mapping[str, Any]] = dict
) -> Starlette:
    """The application. `ask` answers jobs; `hosts` are the names it may be called by; `health` says more of how it does."""

    async def healthy(_: Request) -> Response:
        return JSONResponse({"status": "ok", **health()}, headers={"cache-control": "no-store"})

    async def lost(request: Request, _: Exception) -> Response:
        up = "../" * (request.url.path.removeprefix(request.scope.get("root_path", "")).count("/") - 1)
        return _page(trouble("web.lost", _language(request), 404, up))

    async def first(_: Request) -> Response:
        return RedirectResponse("explain")

    routes = [Route("/", first), Route("/health", healthy)]
    routes += [Route(f"/{name}", _view(ask, name), methods=["GET", "POST"]) for name in PAGES]
    routes += [Route(f"/{name}", _view(ask, name), methods=["POST"]) for name in FILES]
    routes += [Route(f"/{name}", _static(*what)) for name, what in _assets().items()]
    guards = [Middleware(Guard, rate=rate), Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))]
    return Starlette(routes=routes, middleware=guards, exception_handlers={404: lost, 405: lost})


def _view(ask: Ask, name: str) -> Callable[[Request], Awaitable[Response]]:
    """What answers at an address of that name."""

    async def endpoint(request: Request) -> Response:
        language = _language(request)
        try:
            sent = await _form(request)
            language = _language(request, sent.text("language"))
            return _page(await ask(Visit(name, sent, language)))
        except MultiPartException:
            return _page(trouble("web.large", language, 413))
        except (Broken, Busy) as error:
            return _page(trouble(WORDS[type(error)], language, 503))

    return endpoint


def _assets() -> Mapping[str, tuple[bytes, str]]:
    """The few files that every page needs, with what they are."""
    templates = Templates()
    light, dark = palette()
    plain, figures = Document("", (), style="light"), {"light": light, "dark": dark}
    own = {"document": plain, "look": html_look(plain), "figures": figures, "deeper": 0}
    style = templates.page("web/style.css.jinja", escape, {}, **own)
    script = templates.page("web/script.js.jinja", escape, {})
    return {
        "style.css": (style.encode(), "text/css; charset=utf-8"),
        "script.js": (script.encode(), "text/javascript; charset=utf-8"),
        "offers.json": (json.dumps(offers(json_schema())).encode(), "application/json"),
        "icon.svg": (templates.find("web/icon.svg").read_bytes(), "image/svg+xml"),
        "font.woff2": (templates.find("html/font.woff2").read_bytes(), "font/woff2"),
    }


def _static(content: bytes, kind: str) -> Callable[[Request], Awaitable[Response]]:
    tag = f'"{sha256(content).hexdigest()[:16]}"'

    async def endpoint(request: Request) -> Response:
        headers = {"etag": tag, "cache-control": "public, max-age=300"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(content, headers=headers, media_type=kind)

    return endpoint
