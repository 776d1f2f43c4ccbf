"""What the catalogue says of fields, attributes and identifiers is complete, refers to what exists, and is found."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

from workbench.catalog import Catalog
from workbench.catalog.knowledge import Attribute, Identifier
from workbench.catalog.load import read_catalog
from workbench.study.lint.dates import event_of
from workbench.verify.facts import ATTRIBUTE, ID


def fields(catalog: Catalog) -> list[str]:
    return [f"{table.ref}.{field.name}" for table in catalog.tables.values() for field in table.fields]


def test_every_field_of_every_table_has_a_meaning(catalog: Catalog) -> None:
    known = catalog.knowledge
    assert [ref for ref in fields(catalog) if not known.domain_of(ref) and not known.attributes_of(ref)] == []


def test_every_identifying_field_has_a_domain(catalog: Catalog) -> None:
    known = catalog.knowledge
    roles = ("direct_identifier", "pseudonym")
    missing = [
        f"{table.ref}.{field.name}"
        for table in catalog.tables.values()
        for field in table.fields
        if field.role in roles and not known.domain_of(f"{table.ref}.{field.name}")
    ]
    assert missing == []


def test_every_reference_leads_somewhere(catalog: Catalog) -> None:
    known = catalog.knowledge
    refs = fields(catalog)
    named: list[Identifier | Attribute] = [*known.identifiers.values(), *known.attributes.values()]
    for one in named:
        assert [pattern for pattern in one.fields if not any(fnmatch(ref, pattern) for ref in refs)] == [], one.id
        assert [name for name in one.derived if name not in catalog.derived] == [], one.id
        assert one.cite.document in catalog.documents, one.id
    for identifier in known.identifiers.values():
        assert {*identifier.resolves_to, *identifier.coded.values()} <= set(known.identifiers), identifier.id
        assert {*identifier.coded, *filter(None, [identifier.issuer])} <= set(catalog.parties), identifier.id
    for attribute in known.attributes.values():
        assert attribute.membership is None or attribute.membership in known.attributes, attribute.id
        assert set(attribute.tables) <= set(catalog.tables), attribute.id
    for key in known.quasi_keys.values():
        assert set(key.attributes) <= set(known.attributes), key.id


def test_every_token_is_known(catalog: Catalog) -> None:
    known = catalog.knowledge
    tokens = {f"{ID}{one}" for one in known.identifiers} | {f"{ATTRIBUTE}{one}" for one in known.attributes}
    for rule in known.derivations.values():
        plain = {token for token in (*rule.known, *rule.gives) if "{" not in token}
        assert plain <= tokens, rule.id
        assert set(re.findall(r"{(\w+)}", " ".join((*rule.known, *rule.gives)))) <= {"event", "other"}, rule.id
    for target in known.targets.values():
        assert set(target.of) <= tokens, target.id


def test_the_exact_reference_wins(catalog: Catalog) -> None:
    known = catalog.knowledge
    assert known.attributes_of("ima.FARMA.SS00110") == ("invoice_month",)  # in HEALTH it is the day of admission
    assert known.attributes_of("ima.HEALTH.SS00110") == ("admission_date",)
    assert known.attributes_of("bcr.TUMOUR.fld_nn") == () and known.domain_of("bcr.TUMOUR.fld_nn") == "INSZ"
    assert known.attributes_of("bcr.TUMOUR.multiple") == ("tumour_count",)  # by what is said of the whole table
    assert known.domain_of("mzg.DIAGNOSE.STAYNUM") == known.domain_of("derived.VorigVerblijf") == "STAYNUM"
    assert known.domain_of("nothing.AT.ALL") is None and known.attributes_of("derived.nothing") == ()


def test_words_of_documents_name_one_attribute_each(catalog: Catalog) -> None:
    """A word may stand for an attribute and a part of it, but each attribute has words or is made by rules only."""
    words = [word for one in catalog.knowledge.attributes.values() for word in one.words]
    assert all(word == word.strip() and word for word in words)
    assert {"diagnose", "geboortedatum", "opnamedatum", "geslacht", "postcode", "diagnosis"} <= set(words)


def test_what_a_person_has_once_is_said_of_every_form_of_it(catalog: Catalog) -> None:
    """Else a motivation by the month of birth would count, and one by its date would not."""
    known = catalog.knowledge.attributes.values()
    events = {event_of(one.id) for one in known if one.once}
    assert {"birth", "death", "sex", "nationality"} <= events
    assert [one.id for one in known if event_of(one.id) in events and not one.once] == []


def test_what_has_thousands_of_codes_is_a_code_of_a_source(catalog: Catalog) -> None:
    many = [one for one in catalog.knowledge.attributes.values() if one.many_codes]
    assert {one.id for one in many} >= {"diagnosis", "procedure", "service", "medicine"}
    assert all(one.fields and one.sensitive for one in many)


@pytest.mark.parametrize(
    "name, text, fault",
    [
        ("identifiers", "identifiers:\n  - id: X\n    identifies: planet\n", "identifies"),
        ("attributes", "attributes:\n  - id: x\n    kind: sensitive\n    sensitive: true\n", "not a known key"),
        ("attributes", "attributes:\n  - id: x\n    quasi: odd\n", "quasi"),
        ("quasi_keys", "quasi_keys:\n  - id: x\n    attributes: []\n", "attributes"),
        ("derivations", "derivations:\n  - id: x\n    from: ['attr:y']\n    certainty: 2\n", "certainty"),
        ("targets", "nothing: here\n", "targets"),
    ],
)
def test_a_fault_is_told_with_file_and_line(name: str, text: str, fault: str, tmp_path: Path) -> None:
    (tmp_path / "catalog" / "knowledge").mkdir(parents=True)
    (tmp_path / "catalog" / "knowledge" / f"{name}.yaml").write_text(text, encoding="utf-8")
    _, problems = read_catalog(tmp_path / "catalog")
    said = [str(one) for one in problems if f"knowledge/{name}.yaml:" in str(one)]
    assert any(fault in one for one in said), problems
