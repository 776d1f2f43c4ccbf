"""Commands of the workbench that run beside the web process, outlive it, and say on disk how far they are."""

from workbench.jobs.job import ENDED, Job, Moment, State
from workbench.jobs.progress import PROGRESS, Writer
from workbench.jobs.shelf import AT_ONCE, LONGEST_QUEUE, Jobs

__all__ = ["AT_ONCE", "ENDED", "LONGEST_QUEUE", "PROGRESS", "Job", "Jobs", "Moment", "State", "Writer"]
