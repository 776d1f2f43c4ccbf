"""Data in: an extract that a provider dropped, checked against the catalogue before anything of it is loaded."""

from workbench.interchange.delivery.check import check_delivery
from workbench.interchange.delivery.load import load_delivery
from workbench.interchange.delivery.report import Fault, Report

__all__ = ["Fault", "Report", "check_delivery", "load_delivery"]
