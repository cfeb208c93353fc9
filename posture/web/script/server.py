"""ASGI application of the server: the pages behind the gate; see :mod:`posture.web.server`."""

import importlib
import threading
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

# Imported before the server answers, so that the first visitor does not wait for it.
from posture.web import navigation  # noqa: F401
from posture.web.components.frame import show_failure
from posture.web.lan.gate import Gate
from posture.web.lan.reach import reach_of_server, shared_door

# The pose network is needed with the first photo, which takes longer to choose than to import it.
threading.Thread(
    target=importlib.import_module, args=("posture.analysis.analyzer",), daemon=True
).start()

app = st.App(
    Path(__file__).resolve().parent / "app.py",
    on_script_error=show_failure,
    middleware=[Middleware(Gate, reach=reach_of_server(), door=shared_door())],
)
