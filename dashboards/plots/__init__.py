"""Drawings of a view: plain functions from rows to a Bokeh figure."""
