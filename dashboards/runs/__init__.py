"""Runs of studies on synthetic people, as the page of runs needs them."""
