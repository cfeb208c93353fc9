"""Access: who the visitor is, and what they may see.

Streamlit's own sign-in (OIDC) distinguishes the trainers of a hosted app. Without sign-in, whoever
sits at the computer is the trainer. A phone that was let in over the local network is a guest, who
may use the photo check but never sees a client.
"""

from __future__ import annotations

from posture.web.access.owner import LOCAL, current_owner, is_guest, login_configured

__all__ = ["LOCAL", "current_owner", "is_guest", "login_configured"]
