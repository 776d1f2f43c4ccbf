"""The pages by address, and the frame in which each of them runs."""

from collections.abc import Mapping

from dashboards.pages.builder import builder
from dashboards.pages.catalogue import catalogue
from dashboards.pages.flow import flow
from dashboards.pages.frame import Page, served
from dashboards.pages.portal import portal
from dashboards.pages.release import release
from dashboards.pages.report import report
from dashboards.pages.runs import runs

PAGES: Mapping[str, Page] = {
    "/": portal,
    "/report": report,
    "/catalogue": catalogue,
    "/flow": flow,
    "/builder": builder,
    "/runs": runs,
    "/release": release,
}

__all__ = ["PAGES", "served"]
