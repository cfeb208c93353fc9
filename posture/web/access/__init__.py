"""Who is at the page, and what they may see.

Streamlit's own sign-in (OIDC) tells trainers of a hosted app apart; on one's own computer
everybody at it is the same trainer, and a phone that was let in over the local network is a
guest who may use the photo check but never sees a client.
"""

from __future__ import annotations

from posture.web.access.owner import LOCAL, current_owner, is_guest, login_configured

__all__ = ["LOCAL", "current_owner", "is_guest", "login_configured"]
