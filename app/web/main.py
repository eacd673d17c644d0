"""The web studio's script: Streamlit runs it from the top for every visitor and every click."""

from app.web.frame import show

show()
