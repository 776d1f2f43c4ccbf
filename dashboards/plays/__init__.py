"""Playing a flow on synthetic people: what was recorded, and what a screen of it tells."""
