"""Self-registrations as XML: round trip, schema, hostile files, senders, and a real SFTP server."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncssh
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from workbench.catalog import Catalog, load_catalog
from workbench.errors import Problems, WorkbenchError
from workbench.interchange.selfreg import (
    SelfReg,
    read_selfreg,
    receive,
    schema_of,
    selfreg_facts,
    selfreg_name,
    write_selfreg,
)

DAY = datetime.date(2026, 11, 30)
NAME = "STROKE_2022_901_20261130.xml"


@pytest.fixture(scope="module")
def catalog(repo_root: Path) -> Catalog:
    return load_catalog(repo_root / "catalog")


@pytest.fixture(scope="module")
def form(catalog: Catalog, repo_root: Path) -> SelfReg:
    return selfreg_facts("selfreg.STROKE_2022", catalog, repo_root / "catalog")


def stays(hospital: str, *minutes: int | None) -> pa.Table:
    rows = [
        {"ERK": hospital, "Jaar": 2019 + number % 2, "Doorverwijzing": bool(number % 2), "InZiekenhuis": False,
         "DeurNaaldTijd": minute, "Inclusie": True, "SITS": False}
        for number, minute in enumerate(minutes)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=SCHEMA)


SCHEMA = pa.schema(
    [("ERK", pa.string()), ("Jaar", pa.int64()), ("Doorverwijzing", pa.bool_()), ("InZiekenhuis", pa.bool_()),
     ("DeurNaaldTijd", pa.int64()), ("Inclusie", pa.bool_()), ("SITS", pa.bool_())]
)  # fmt: skip


@settings(max_examples=25)
@given(minutes=st.lists(st.none() | st.integers(-500, 10_000), min_size=1, max_size=30))
def test_what_is_written_is_read_again(
    minutes: list[int | None], form: SelfReg, catalog: Catalog, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rows = stays("901", *minutes)
    path = write_selfreg(rows, form, tmp_path_factory.mktemp("xml"), DAY, catalog)
    assert path.name == NAME == selfreg_name(form, "901", DAY)
    hospital, again = read_selfreg(path, form, catalog)
    assert (hospital, again) == ("901", rows)


def test_the_schema_is_one_and_the_rows_of_two_hospitals_are_not_one_file(
    form: SelfReg, catalog: Catalog, tmp_path: Path
) -> None:
    etree.XMLSchema(etree.fromstring(schema_of(form, catalog)))
    with pytest.raises(WorkbenchError, match="rows are of 2"):
        write_selfreg(pa.concat_tables([stays("901", 1), stays("902", 1)]), form, tmp_path, DAY, catalog)
    with pytest.raises(WorkbenchError, match="is no self-registration"):
        selfreg_facts("mzg.STAYHOSP", catalog)


BOMB = b'<!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
Change = Callable[[bytes], bytes]
HOSTILE: dict[str, tuple[Change, str]] = {
    "entities that multiply": (lambda x: x.replace(b"<selfreg", BOMB + b"<selfreg", 1), "a document type"),
    "a file of the machine": (
        lambda x: x.replace(b"<selfreg", b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><selfreg', 1).replace(
            b">901<", b">&f;<"
        ), "a document type",
    ),
    "a schema from the network": (
        lambda x: x.replace(b"<selfreg", b'<!DOCTYPE x SYSTEM "http://192.0.2.1/x.dtd"><selfreg', 1), "a document type",
    ),
    "a type in small letters": (lambda x: x.replace(b"<selfreg", b"<!doctype x><selfreg", 1), "a document type"),
    "an entity nobody declared": (lambda x: x.replace(b">901<", b">&f;<", 1), "it is no XML"),
    "an inclusion": (
        lambda x: x.replace(b"<stay>", b'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/x"/><stay>', 1),
        "an inclusion",
    ),
    "a stylesheet": (lambda x: x.replace(b"<selfreg", b'<?xml-stylesheet href="x"?><selfreg', 1), "an instruction"),
    "another code page": (lambda x: x.decode().replace("UTF-8", "UTF-16").encode("utf-16"), "not in UTF-8"),
    "another code page by name": (lambda x: x.replace(b"UTF-8", b"UTF-7", 1), "not in UTF-8"),
    "a document type in UTF-16": (lambda x: (BOMB + x).decode().encode("utf-16-le"), "not in UTF-8"),
    "bytes that are no text": (lambda x: x.replace(b"901", b"\xff01", 1), "not in UTF-8"),
    "a huge text": (lambda x: x.replace(b">901<", b">" + b"9" * 11_000_000 + b"<", 1), ""),
    "more than a file may have": (lambda x: x + b" " * 20_000_001, "bytes, more than"),
    "nesting without end": (
        lambda x: x.replace(b"<stay>", b"<stay>" + b"<a>" * 5000 + b"</a>" * 5000, 1), "it is no XML",
    ),
    "half a file": (lambda x: x[: len(x) // 2], "it is no XML"),
    "nothing": (lambda x: b"", "it is no XML"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_and_tells_nothing_of_the_machine(
    kind: str, form: SelfReg, catalog: Catalog, tmp_path: Path
) -> None:
    change, told = HOSTILE[kind]
    path = write_selfreg(stays("901", 30, None), form, tmp_path, DAY, catalog)
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(Problems) as caught:
        read_selfreg(path, form, catalog)
    assert told in str(caught.value)
    assert "root:" not in str(caught.value)


WRONG: dict[str, tuple[Change, str]] = {
    "a field more": (lambda x: x.replace(b"<stay>", b"<stay><INSZ>1</INSZ>", 1), "not expected"),
    "a field less": (lambda x: x.replace(b"    <SITS>false</SITS>\n", b"", 1), "Missing child element"),
    "a word for a year": (lambda x: x.replace(b"<Jaar>2019<", b"<Jaar>last<", 1), "last"),
    "no year": (lambda x: x.replace(b"<Jaar>2019<", b"<Jaar><", 1), "Jaar"),
    "a hospital of two digits": (lambda x: x.replace(b"<ERK>901<", b"<ERK>91<", 1), "ERK"),
    "another name space": (lambda x: x.replace(b"STROKE_2022", b"STROKE_2020"), "No matching global declaration"),
    "a stay less than was counted": (
        lambda x: x[: x.rindex(b"  <stay>")] + b"</selfreg>", "0 stays of 2020 where the control data say 1",
    ),
    "a number of four hundred digits": (
        lambda x: x.replace(b"DeurNaaldTijd>30<", b"DeurNaaldTijd>" + b"3" * 400 + b"<"),
        ":14: DeurNaaldTijd is '33333333333333333333', which is too large for a value of the kind integer",
    ),
    "a count of five thousand digits": (
        lambda x: x.replace(b'year="2019">1<', b'year="2019">' + b"1" * 5_000 + b"<"), "",
    ),
    "a stay of another hospital": (lambda x: x.replace(b"<ERK>901<", b"<ERK>902<", 1), "stays of hospital 902"),
}  # fmt: skip


@pytest.mark.parametrize("kind", WRONG)
def test_each_way_of_being_wrong_is_told(kind: str, form: SelfReg, catalog: Catalog, tmp_path: Path) -> None:
    change, told = WRONG[kind]
    path = write_selfreg(stays("901", 30, None), form, tmp_path, DAY, catalog)
    before = path.read_bytes()
    path.write_bytes(change(before))
    assert path.read_bytes() != before
    with pytest.raises(Problems) as caught:
        read_selfreg(path, form, catalog)
    assert told in str(caught.value)
    assert all(problem.line >= 1 for problem in caught.value.problems)


def test_only_files_whose_name_and_sender_are_known_are_taken_over(
    form: SelfReg, catalog: Catalog, tmp_path: Path
) -> None:
    inbox = tmp_path / "inbox"
    write_selfreg(stays("901", 30, 40), form, inbox / "901", DAY, catalog)
    write_selfreg(stays("902", 20), form, inbox / "902", DAY, catalog)
    other = write_selfreg(stays("903", 10), form, inbox / "902", DAY, catalog)  # in the account of another
    (inbox / "901" / "data.xml").write_bytes(other.read_bytes())
    liar = inbox / "901" / "STROKE_2022_901_20261129.xml"
    liar.write_bytes(other.read_bytes())  # its own name, another's stays
    (inbox / "901" / "STROKE_2022_901_20261128.xml").symlink_to(other)
    (inbox / "901" / "STROKE_2022_901_20261127.xml").mkdir()
    found = {(one.account, one.name): one for one in receive(inbox, form, catalog, tmp_path / "db")}
    taken = {key for key, one in found.items() if one.taken}
    assert taken == {("901", NAME), ("902", "STROKE_2022_902_20261130.xml")}
    assert "says hospital 903" in str(found["902", other.name].problems[0])
    assert "is not as" in str(found["901", "data.xml"].problems[0])
    assert "it is of hospital 903" in str(found["901", liar.name].problems[0])
    assert "no plain file" in str(found["901", "STROKE_2022_901_20261128.xml"].problems[0])
    rows = pq.read_table(tmp_path / "db" / "hospitals" / "STROKE_2022.parquet")
    assert sorted(rows["ERK"].to_pylist()) == ["901", "901", "902"]


def test_nothing_is_loaded_when_every_file_is_refused(form: SelfReg, catalog: Catalog, tmp_path: Path) -> None:
    (tmp_path / "inbox/901").mkdir(parents=True)
    (tmp_path / "inbox/901" / NAME).write_text("<x/>")
    assert not any(one.taken for one in receive(tmp_path / "inbox", form, catalog, tmp_path / "db"))
    assert not (tmp_path / "db").exists()
    with pytest.raises(Problems, match="no such folder"):
        receive(tmp_path / "elsewhere", form, catalog)


class Accounts(asyncssh.SSHServer):
    """One account per hospital, opened by that hospital's key and no other."""

    keys: dict[str, asyncssh.SSHKey]

    def begin_auth(self, username: str) -> bool:
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        known = self.keys.get(username)
        return known is not None and known.public_data == key.public_data


def test_over_sftp_a_hospital_reaches_its_own_account_with_its_own_key_and_nothing_else(
    form: SelfReg, catalog: Catalog, tmp_path: Path
) -> None:
    """A real server on this machine: what arrives there is what is taken over."""
    inbox = tmp_path / "server"
    keys = {hospital: asyncssh.generate_private_key("ssh-ed25519") for hospital in ("901", "902")}
    files = {}
    for number, hospital in enumerate(keys):
        (inbox / hospital).mkdir(parents=True)
        files[hospital] = write_selfreg(stays(hospital, 30 + number), form, tmp_path / hospital, DAY, catalog)

    class Opened(Accounts):
        pass

    Opened.keys = {hospital: key.convert_to_public() for hospital, key in keys.items()}

    def home(channel: asyncssh.SSHServerChannel) -> asyncssh.SFTPServer:
        account = str(channel.get_connection().get_extra_info("username"))
        return asyncssh.SFTPServer(channel, chroot=str(inbox / account).encode())

    async def exchange() -> None:
        host_key = asyncssh.generate_private_key("ssh-ed25519")
        server = await asyncssh.create_server(
            Opened, "127.0.0.1", 0, server_host_keys=[host_key], sftp_factory=home, allow_scp=False
        )
        port = server.sockets[0].getsockname()[1]
        known = asyncssh.import_known_hosts(f"[127.0.0.1]:{port} {host_key.export_public_key().decode()}")

        def connect(account: str, key: asyncssh.SSHKey) -> asyncssh.connection._ACMWrapper:
            return asyncssh.connect(
                "127.0.0.1", port, username=account, client_keys=[key], known_hosts=known, agent_path=None, config=None,
                password=None,
            )  # fmt: skip

        for hospital, key in keys.items():
            async with connect(hospital, key) as connection, connection.start_sftp_client() as sftp:
                await sftp.put(str(files[hospital]), files[hospital].name)
                assert [str(one) for one in await sftp.listdir("/") if one not in (".", "..")] == [files[hospital].name]
                with pytest.raises(asyncssh.SFTPError):  # outside the own folder there is nothing
                    other = next(one for one in keys if one != hospital)
                    await sftp.get(f"../{other}/{files[other].name}", str(tmp_path / "stolen"))
        stranger = asyncssh.generate_private_key("ssh-ed25519")
        for account, key in (("902", keys["901"]), ("901", stranger), ("903", keys["901"])):
            with pytest.raises(asyncssh.PermissionDenied):
                async with connect(account, key):
                    pass
        server.close()
        await server.wait_closed()

    with ThreadPoolExecutor(1) as elsewhere:  # a browser test before it may have left a loop open in this thread
        elsewhere.submit(lambda: asyncio.run(exchange())).result()
    assert not (tmp_path / "stolen").exists()
    found = receive(inbox, form, catalog, tmp_path / "db")
    assert [one.account for one in found if one.taken] == ["901", "902"]
    rows = pq.read_table(tmp_path / "db" / "hospitals" / "STROKE_2022.parquet")
    assert rows.sort_by("ERK") == pa.concat_tables([stays("901", 30), stays("902", 31)])
