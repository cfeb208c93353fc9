"""Script of the app in an installed package; see :mod:`posture.web.server`."""

from posture.web import run

run()
