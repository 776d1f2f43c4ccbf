"""What a flow shows when it is played: rows of synthetic people, proven to be, and nothing that reads a run."""

from workbench.stage.proof import Proof, proven
from workbench.stage.recording import Recording, read_recording, write_recording
from workbench.stage.rows import SyntheticRows
from workbench.stage.shelf import Shelf, digest_of
from workbench.stage.story import Hop, Story, read_story, write_story

__all__ = [
    "Hop",
    "Proof",
    "Recording",
    "Shelf",
    "Story",
    "SyntheticRows",
    "digest_of",
    "proven",
    "read_recording",
    "read_story",
    "write_recording",
    "write_story",
]
