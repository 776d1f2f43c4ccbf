"""The history of the tables, one file a step; none of them is ever changed after a release."""
