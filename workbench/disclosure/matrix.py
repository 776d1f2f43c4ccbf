"""The matrix of the linear program: changes of cells on one side, changes of numbers on the other."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

from workbench.disclosure.system import System


def change_matrix(system: System, slots: int) -> Any:
    """Sparse matrix for `slots` blocks of a system, and for their sum when the system has more than one block.

    Columns: increase of every cell, decrease of every cell, rise of every number, fall of every number.
    Rows: one per number (the change of its parts - its own change = 0), and a last, empty one for the
          question.
    A number of all blocks is a sum of numbers, not of cells: far fewer entries.
    """
    several = len(system.blocks) > 1
    grid = np.arange((slots + several) * system.block).reshape(-1, system.block)
    cell = np.arange(slots * system.masks.shape[1]).reshape(slots, -1)
    mask, kind = np.nonzero(system.masks)
    rows, columns = [grid[:slots, mask].ravel()] * 2, [cell[:, kind].ravel()]
    columns.append(columns[0] + cell.size)
    signs = [1.0, -1.0]
    sums = [(grid.ravel(), grid.ravel(), -1.0)]
    if several:
        sums.append((np.broadcast_to(grid[slots:], grid[:slots].shape).ravel(), grid[:slots].ravel(), 1.0))
    for row, number, sign in sums:
        rows += [row, row]
        columns += [number + 2 * cell.size, number + 2 * cell.size + grid.size]
        signs += [sign, -sign]
    data = np.repeat(signs, [len(row) for row in rows])
    shape = (grid.size + 1, 2 * (cell.size + grid.size))
    return sp.csc_matrix((data, (np.concatenate(rows), np.concatenate(columns))), shape=shape)
