"""Study Workbench: a health-data study as one file that can be checked, drawn, run and reported."""

__version__ = "0.1.0"
