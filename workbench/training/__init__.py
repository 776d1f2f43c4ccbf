"""Exercises: a study with something wrong in it, a task, and a grade by check, verifier, run and audit."""

from workbench.training.exercise import Exercise, read_exercises
from workbench.training.grade import Graded, Verdict, grade
from workbench.training.work import apply, begin

__all__ = ["Exercise", "Graded", "Verdict", "apply", "begin", "grade", "read_exercises"]
