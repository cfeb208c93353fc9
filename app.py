"""The web app of a checkout: ``streamlit run app.py``."""

from posture.web import run

run()
