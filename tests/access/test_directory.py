"""The access files: what is read from them, and every way in which one can be wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.access import PUBLIC, Directory, Grant, Level, Profile, Role, Viewer, load_directory
from workbench.catalog import load_catalog
from workbench.errors import Problems

GOOD = """organisations:
  - {id: h1, name: Hospital one, kind: hospital, hospital: "901", access_manager: M, contact: m@one.example}
  - {id: s1, name: Sponsor one, kind: sponsor, access_manager: N, contact: n@one.example}
people:
  - login: a.a
    name: A
    organisation: h1
    task: registers
    grants: [{collection: demo, profile: provider/individual}]
    registered: [{collection: demo, years: [2017]}]
  - login: b.b
    name: B
    organisation: s1
    task: coordinates
    grants: [{collection: demo, profile: sponsor/hospital}]
"""


def directory_of(root: Path, text: str) -> Directory:
    folder = root / "catalog" / "access"
    folder.mkdir(parents=True)
    (folder / "people.yaml").write_text(text)
    return load_directory(root / "catalog")


def test_a_viewer_has_the_grants_and_the_hospital_of_its_entry(tmp_path: Path) -> None:
    directory = directory_of(tmp_path, GOOD)
    viewer = directory.viewer("a.a")
    assert viewer == Viewer("a.a", "A", "h1", "901", (Grant("demo", Profile.PROVIDER_INDIVIDUAL),))
    assert viewer.profile("demo") is Profile.PROVIDER_INDIVIDUAL
    assert viewer.profile("another") is Profile.PUBLIC
    assert directory.viewer("nobody") is None
    assert directory.describe("b.b") == "B, Sponsor one: sponsor/hospital in demo"
    rows = directory.registrations().to_pylist()
    assert rows == [{"collection": "demo", "person": "a.a", "name": "A", "hospital": "901", "year": 2017}]


def test_profiles_are_role_and_level() -> None:
    pairs = {(profile.role, profile.level) for profile in Profile}
    assert pairs == {
        (Role.PUBLIC, Level.PUBLIC),
        (Role.PROVIDER, Level.HOSPITAL),
        (Role.PROVIDER, Level.INDIVIDUAL),
        (Role.SPONSOR, Level.HOSPITAL),
        (Role.SPONSOR, Level.INDIVIDUAL),
    }


def test_nobody_is_the_public_even_with_grants() -> None:
    assert PUBLIC.profile("demo") is Profile.PUBLIC
    assert Viewer(grants=(Grant("demo", Profile.SPONSOR_HOSPITAL),)).profile("demo") is Profile.PUBLIC


@pytest.mark.parametrize(
    ("change", "line", "what"),
    [
        (("organisation: h1", "organisation: h9"), 7, "there is no 'h9'"),
        (("profile: provider/individual", "profile: provider/everything"), 9, "profile"),
        (("organisation: h1", "organisation: s1"), 7, "a provider outside a hospital"),
        (
            (
                "grants: [{collection: demo, profile: provider/individual}]",
                "grants: [{collection: demo, profile: provider/hospital}, {collection: demo, profile: public}]",
            ),
            9,
            "two profiles in one collection",
        ),
        (("login: b.b", "login: a.a"), 11, "people:a.a exists already"),
        (("id: s1", "id: h1"), 3, "organisations:h1 exists already"),
        (("login: a.a", "login: A A"), 5, "login"),
        (("task: registers", "password: secret"), 5, "is missing"),
        (("people:\n", "people: 4\nothers:\n"), 1, "'people' is not a list"),
    ],
)
def test_a_wrong_entry_is_told_where_and_what(tmp_path: Path, change: tuple[str, str], line: int, what: str) -> None:
    assert change[0] in GOOD
    with pytest.raises(Problems) as raised:
        directory_of(tmp_path, GOOD.replace(*change, 1))
    problem = raised.value.problems[0]
    assert (problem.file, problem.line) == ("catalog/access/people.yaml", line)
    assert what in problem.what


def test_a_hospital_year_is_registered_by_one_person(tmp_path: Path) -> None:
    second = (
        GOOD
        + """  - login: c.c
    name: C
    organisation: h1
    task: registers too
    registered: [{collection: demo, years: [2016, 2017]}]
"""
    )
    with pytest.raises(Problems, match=r"people\.yaml:20: 2017 is also of 'a\.a'"):
        directory_of(tmp_path, second)


def test_the_demo_people_belong_to_invented_hospitals(repo_root: Path) -> None:
    directory = load_directory(repo_root / "catalog")
    names = {entry.code: entry.label.nl for entry in load_catalog(repo_root / "catalog").codes["hospitals"].entries}
    for organisation in directory.organisations.values():
        assert organisation.contact.endswith(".example"), "an address that cannot exist"
        if organisation.hospital:
            assert names[organisation.hospital] == organisation.name
    profiles = {grant.profile for person in directory.people.values() for grant in person.grants}
    assert profiles == set(Profile) - {Profile.PUBLIC}, "each profile can be tried out"
    assert any(not person.grants for person in directory.people.values()), "and so can having none"
