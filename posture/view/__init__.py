"""The gate: refusal of photos that are no side view, and cost of the others in degrees."""
