"""ASGI application of the server: the pages behind the gate; see :mod:`posture.web.server`."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from posture.web.camera.routes import camera_routes
from posture.web.components.frame import show_failure
from posture.web.lan.gate import Gate
from posture.web.lan.reach import reach_of_server, shared_door

app = st.App(
    Path(__file__).resolve().parent / "app.py",
    on_script_error=show_failure,
    routes=camera_routes(),
    middleware=[Middleware(Gate, reach=reach_of_server(), door=shared_door())],
)
