"""Access over the local network: codes, the gate, and the page that asks for a code."""
