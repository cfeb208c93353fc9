"""ASGI application of the server: the pages behind the gate; see :mod:`posture.web.server`."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from posture.web.ahead import getting_ready
from posture.web.assets import Assets
from posture.web.camera.routes import camera_routes
from posture.web.components.frame import show_failure
from posture.web.lan.gate import Gate
from posture.web.lan.reach import reach_of_server, shared_door
from posture.web.lan.sessions import shared_sessions
from posture.web.services.inbox import shared_inbox

# Photos wait for the trainer, and are dropped like all others when no page is open any more.
shared_sessions().when_nobody_is_here(shared_inbox().clear)


app = st.App(
    Path(__file__).resolve().parent / "app.py",
    lifespan=getting_ready,
    on_script_error=show_failure,
    routes=camera_routes(),
    middleware=[
        Middleware(Gate, reach=reach_of_server(), door=shared_door(), sessions=shared_sessions()),
        Middleware(Assets),
    ],
)
