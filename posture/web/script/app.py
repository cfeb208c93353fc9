"""The script that the server of an installed package runs; see :mod:`posture.web.server`."""

from posture.web import run

run()
