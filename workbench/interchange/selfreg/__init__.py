"""Self-registrations as XML: schema, writing, reading without trust, taking over what hospitals put on the server."""

from workbench.interchange.selfreg.read import read_selfreg
from workbench.interchange.selfreg.receive import Received, receive
from workbench.interchange.selfreg.schema import SelfReg, schema_of, selfreg_facts
from workbench.interchange.selfreg.write import selfreg_name, write_selfreg

__all__ = [
    "Received",
    "SelfReg",
    "read_selfreg",
    "receive",
    "schema_of",
    "selfreg_facts",
    "selfreg_name",
    "write_selfreg",
]
