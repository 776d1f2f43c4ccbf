"""The matrix of the linear program: changes of cells on one side, changes of numbers on the other."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

from workbench.disclosure.system import System


def change_matrix(system: System, slots: int) -> Any:
    """Sparse matrix for `slots` hospitals of a system, and ALL when the system has more than one hospital.

    Columns: increase of every cell, decrease of every cell, rise of every number, fall of every number.
    Rows: one per number (the change of its parts - its own change = 0), and a last, empty one for the
          question.
    A margin is a sum of the numbers below it, not of cells: far fewer entries.
    """
    count, patterns = len(system.years), system.masks.shape[1]
    _, years, masks = system.shape
    grid = np.arange((slots + (len(system.hospitals) > 1)) * years * masks).reshape(-1, years, masks)
    cell = np.arange(slots * count * patterns).reshape(slots, count, patterns)
    inner = grid[:slots, :count]
    mask, pattern = np.nonzero(system.masks)
    rows, columns = [inner[:, :, mask].ravel()] * 2, [cell[:, :, pattern].ravel()]
    columns.append(columns[0] + cell.size)
    signs = [1.0, -1.0]
    sums = [(grid.ravel(), grid.ravel(), -1.0)]
    if years > count:
        sums.append((np.broadcast_to(grid[:slots, count:], inner.shape).ravel(), inner.ravel(), 1.0))
    if len(grid) > slots:
        sums.append((np.broadcast_to(grid[slots:], grid[:slots].shape).ravel(), grid[:slots].ravel(), 1.0))
    for row, number, sign in sums:
        rows += [row, row]
        columns += [number + 2 * cell.size, number + 2 * cell.size + grid.size]
        signs += [sign, -sign]
    data = np.repeat(signs, [len(row) for row in rows])
    shape = (grid.size + 1, 2 * (cell.size + grid.size))
    return sp.csc_matrix((data, (np.concatenate(rows), np.concatenate(columns))), shape=shape)
