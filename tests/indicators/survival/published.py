"""Published data with published results: the figures of the books, typed over."""

from __future__ import annotations

# Freireich and others 1963 (6-MP in leukaemia), as in Cox and Oakes 1984 and Kleinbaum and Klein 2012 (table 1.1):
# weeks of remission (+ is censored) and the logarithm of white blood cells.
TREATED = """
    6 2.31|6 4.06|6 3.28|7 4.43|10 2.96|13 2.88|16 3.60|22 2.32|23 2.57|6+ 3.20|9+ 2.80|10+ 2.70|11+ 2.60
    17+ 2.16|19+ 2.05|20+ 2.01|25+ 1.78|32+ 2.20|32+ 2.53|34+ 1.47|35+ 1.45"""
PLACEBO = """
    1 2.80|1 5.00|2 4.91|2 4.48|3 4.01|4 4.36|4 2.42|5 3.49|5 3.97|8 3.52|8 3.05|8 2.32|8 3.26|11 3.49|11 2.12
    12 1.50|12 3.06|15 2.30|17 2.95|22 2.73|23 1.97"""

# Kleinbaum and Klein 2012, section 2.2: week, at risk, deaths, survival of the treated.
TREATED_SURVIVAL = [
    (6, 21, 3, 0.8571), (7, 17, 1, 0.8067), (10, 15, 1, 0.7529), (13, 12, 1, 0.6902),
    (16, 11, 1, 0.6275), (22, 7, 1, 0.5378), (23, 6, 1, 0.4482),
]  # fmt: skip
# Standard errors after Greenwood of the same, as survfit of R prints them.
TREATED_ERRORS = [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]
# Hazard of placebo over treated by Efron's method, as coxph of R prints it for these data.
RATIO_ALONE = 4.817
# After Therneau and Grambsch 2000: (time, died, x) of six patients with two deaths on one day, for which Efron's
# likelihood is solved on paper: exp(b) = 2 sqrt(23/3) cos(arccos((45/23) sqrt(3/23)) / 3), so b = 1.676857.
TIED = [(1, True, "1"), (1, False, "1"), (6, True, "1"), (6, True, "0"), (8, False, "0"), (9, True, "0")]
TIED_EFRON = 1.676857
# The same with ties after Breslow, as the book prints them (section 3.1): they show that the data are typed over well.
BRESLOW_ALONE, BRESLOW_ADJUSTED = 4.523, 3.648

# Cutler and Ederer 1958, table 1: kidney cancer in Connecticut; years since diagnosis, alive at the start, died,
# lost or withdrawn alive, and the cumulated survival they print.
KIDNEY = [(1, 126, 47, 19, 0.60), (2, 60, 5, 17, 0.54), (3, 38, 2, 15, 0.50), (4, 21, 2, 9, 0.44), (5, 10, 0, 6, 0.44)]


def remissions(text: str) -> list[tuple[int, bool, float]]:
    """(weeks, whether it ended, log white blood cells) of each patient."""
    found = []
    for entry in text.replace("\n", "|").split("|"):
        if entry.strip():
            weeks, cells = entry.split()
            found.append((int(weeks.rstrip("+")), not weeks.endswith("+"), float(cells)))
    return found
