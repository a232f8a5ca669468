"""Where to listen and with how many workers go in; the application is served until it is ended."""

from __future__ import annotations

from collections.abc import Callable

from derivegen.errors import InputError, MissingPart

LOOPBACK = ("127.0.0.1", "localhost")
"""Names that a machine has for itself: a server for it alone answers to no other."""


def serve(host: str, port: int, workers: int, rate: float, said: Callable[[str], None]) -> None:
    """Serve. Raises MissingPart without the packages for it, InputError where nobody can listen."""
    try:
        import uvicorn

        from derivegen.web.app import application
    except ImportError:
        raise MissingPart(
            'serve: starlette and uvicorn are missing; install them with pip install "derivegen[web]"'
        ) from None
    import socket

    from derivegen.web.limits import Rate
    from derivegen.web.pool import Crew
    from derivegen.web.work import work

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except (OSError, OverflowError) as error:
        listening.close()
        raise InputError(f"serve: cannot listen at {host}:{port}: {error}; choose another --port", "--port") from None
    pool = Crew(workers, work)
    hosts = LOOPBACK if host in LOOPBACK else ("*",)
    app = application(pool.ask, Rate(rate), hosts, lambda: {"workers": workers})
    shown = f"[{host}]" if ":" in host else host
    said(f"http://{shown}:{listening.getsockname()[1]}/")
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, proxy_headers=True, timeout_keep_alive=10
    )
    try:
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        pool.end()
        listening.close()
