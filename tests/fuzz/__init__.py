"""Wrong input by the thousand: every door through which a file comes in answers with a sentence or lets it in.

`python -m tests.fuzz --inputs 1000000` runs as many as one likes (`make fuzz`); the suite runs a thousand.
"""
