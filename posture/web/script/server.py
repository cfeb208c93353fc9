"""ASGI application of the server: the pages behind the gate; see :mod:`posture.web.server`."""

import importlib
import threading
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from posture.web.camera.routes import camera_routes
from posture.web.components.frame import show_failure
from posture.web.lan.gate import Gate
from posture.web.lan.reach import reach_of_server, shared_door
from posture.web.lan.sessions import shared_sessions
from posture.web.services.inbox import shared_inbox

# Photos wait for the trainer, and are dropped like all others when no page is open any more.
shared_sessions().when_nobody_is_here(shared_inbox().clear)


def _import_ahead() -> None:
    """Import the pages and then the pose network, so that the first visitor waits for neither."""
    for name in ("posture.web.navigation", "posture.analysis.analyzer"):
        importlib.import_module(name)


threading.Thread(target=_import_ahead, daemon=True).start()

app = st.App(
    Path(__file__).resolve().parent / "app.py",
    on_script_error=show_failure,
    routes=camera_routes(),
    middleware=[
        Middleware(Gate, reach=reach_of_server(), door=shared_door(), sessions=shared_sessions())
    ],
)
