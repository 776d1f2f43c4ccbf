"""Parties, holdings and typed steps: columns inferred through every step, and the drawing."""

from workbench.dataflow.graph import Flow, FlowStep, compile_flow, read_flow
from workbench.dataflow.schema import Column, Dataset

__all__ = ["Column", "Dataset", "Flow", "FlowStep", "compile_flow", "read_flow"]
