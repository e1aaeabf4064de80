"""What searches are led by: words by company and month, customers by parts of their names and digits."""

from __future__ import annotations

import pytest

from tests.databases import SERVER, only_postgres
from tests.ledger.tables import table
from tests.reports.asking import chosen
from tests.scene import company, put, says, text, tracker
from textmeter.accounts.models import Company
from textmeter.carriers.seen import Source
from textmeter.ledger.check import check
from textmeter.ledger.customer_parts import parts_of
from textmeter.ledger.customers import name_customer
from textmeter.ledger.remove import remove_ledger
from textmeter.ledger.search_index import begin_words, give_spots, index_customers, index_texts
from textmeter.ledger.spots import spot_of
from textmeter.ledger.statements import fetch, run
from textmeter.ledger.words import head, head_sql, indexed
from textmeter.reports.conversations import log_page
from textmeter.reports.figures import figures

pytestmark = pytest.mark.django_db
ANN, BOB = "+14045550112", "+14045550149"


def found(shop: Company, query: str) -> list[str]:
    """Numbers of the customers of the conversations that a search lists."""
    return [row.customer_number for row in log_page(chosen(shop, query)).rows]


def test_parts_are_every_three_signs_in_a_row() -> None:
    assert parts_of("zoe o") == {"zoe", "oe ", "e o"}
    assert parts_of("77") == parts_of("") == frozenset()


def test_a_text_goes_to_its_day_when_its_time_is_known_better() -> None:
    """sent_at comes from the best source known: an import corrects the time of a webhook."""
    shop = company()
    line = tracker(shop)
    says(shop, line, ANN, "Crown?", at="2026-03-04 09:00", carrier_ref="SM1", source=Source.WEBHOOK)
    assert found(shop, "q=crown&start=2026-03-01&end=2026-03-05") == [ANN]
    put(shop, text(shop, line, ANN, "Crown?", "2026-02-04 09:00", carrier_ref="SM1", source=Source.HISTORY))
    assert found(shop, "q=crown&start=2026-03-01&end=2026-03-05") == []
    assert found(shop, "q=crown&start=2026-02-01&end=2026-02-05") == [ANN]
    assert check() == []


def test_customers_are_found_by_the_name_that_they_have_now() -> None:
    shop, stranger = company(), company("Stranger")
    for owner, number in ((shop, "+14045550180"), (stranger, "+14045550190")):
        says(owner, tracker(owner, number), ANN, "Hi", at="2026-03-04 09:00", customer_name="Ann Refund")
    ((customer,),) = table(shop, "customer", "id", "id")
    assert found(shop, "q=efun") == [ANN]
    name_customer(shop.id, customer, "Zoë", "maria@example.com", 1)
    assert (found(shop, "q=efun"), found(shop, "q=zoe"), found(stranger, "q=zoe")) == ([], [ANN], [])
    name_customer(shop.id, customer, "", "maria@example.com", 2)
    assert (found(shop, "q=efun"), found(shop, "q=zoe")) == ([ANN], [])
    assert check() == []


def test_a_better_heard_name_takes_the_place_of_the_other_one() -> None:
    shop = company()
    line = tracker(shop)
    says(shop, line, ANN, "Hi", at="2026-03-04 09:00", source=Source.STATUS, customer_name="Anna")
    says(shop, line, ANN, "Hi", at="2026-03-04 09:01", source=Source.HISTORY, customer_name="Maria")
    assert (found(shop, "q=nna"), found(shop, "q=mari")) == ([], [ANN])
    assert check() == []


def test_nothing_of_a_removed_company_stays() -> None:
    shop, other = company(), company("Other")
    for owner, number in ((shop, "+14045550180"), (other, "+14045550190")):
        says(owner, tracker(owner, number), ANN, "Hi", at="2026-03-04 09:00", customer_name="Ann")
    remove_ledger(shop.id)
    assert table(shop, "customer_part", "part", "part") == []
    assert check() == []
    assert found(other, "q=ann") == [ANN]


def test_a_database_of_a_former_version_is_indexed_again() -> None:
    shop = company()
    line = tracker(shop)
    for number, name in ((ANN, "Ann Refund"), (BOB, "Bob")):
        says(shop, line, number, "Hello there", at="2026-03-04 09:00", customer_name=name)
        says(shop, line, number, "!!!", at="2026-03-05 09:00")
    forget_spots(f"§{shop.id} hello there")
    run("DELETE FROM ledger_customer_part", [])
    assert SERVER or check() != []  # PostgreSQL's index has another column then
    seen: list[tuple[int, int]] = []
    give_spots()
    index_texts(lambda done, total: seen.append((done, total)))
    index_customers()
    assert check() == []
    assert found(shop, "q=hello") == [BOB, ANN]
    assert SERVER or seen == [(4, 4)]
    says(shop, line, "+14045550199", "Hello too", at="2026-03-05 09:01")
    says(shop, line, BOB, "Hello again", at="2026-03-05 09:02")
    assert check() == []


def forget_spots(words: str) -> None:
    """As the former version left it: texts by their ids, and `words` for "Hello there"."""
    if SERVER:
        run(
            "UPDATE ledger_message_words w SET spot = m.id,"
            " words = array_to_tsvector(string_to_array(%s, ' '))"
            " FROM ledger_message m WHERE m.company_id = w.company_id AND m.spot = w.spot",
            [words],
        )
        run("ALTER TABLE ledger_message_words RENAME COLUMN spot TO id", [])
    else:
        run("INSERT INTO ledger_message_words (ledger_message_words) VALUES ('delete-all')", [])
        for (id,) in fetch("SELECT id FROM ledger_message WHERE body = 'Hello there'", []):
            run("INSERT INTO ledger_message_words (rowid, words) VALUES (%s, %s)", [id, words])
    run("UPDATE ledger_message SET spot = 0", [])
    run("UPDATE ledger_conversation SET spot = 0", [])
    run("UPDATE ledger_customer SET nth = 0, texts = 0", [])
    run("UPDATE ledger_change SET customers = 0", [])


_WORDS = "SELECT spot, CAST(words AS text) FROM ledger_message_words ORDER BY spot"
_TOKENS = "ARRAY['§' || company_id, '§' || company_id || '§' || (spot >> 53)]"
_UNBEGUN = "SELECT substr(word, 5) FROM unnest(tsvector_to_array(words)) word"


@only_postgres
def test_words_beside_company_and_month_come_to_begin_with_them() -> None:
    """As the version before had them."""
    shop = company()
    line = tracker(shop)
    says(shop, line, ANN, "Hello there", at="2026-03-04 09:00")
    says(shop, line, ANN, "Hello again", at="2026-03-05 09:00")
    right = fetch(_WORDS, [])
    run(f"UPDATE ledger_message_words SET words = array_to_tsvector({_TOKENS} || ARRAY({_UNBEGUN}))", [])
    assert (check() == [], figures(chosen(shop, "q=hel")).now.messages) == (False, 0)
    begin_words()
    assert fetch(_WORDS, []) == right
    assert (check(), figures(chosen(shop, "q=hel")).now.messages) == ([], 2)
    begin_words()
    assert check() == []


@only_postgres
def test_head_is_the_same_in_sql() -> None:
    for company_id, month in ((1, 0), (10_000_000, 443), (99_999_999, 1023)):
        said = fetch(f"SELECT {head_sql(str(company_id), str(month))}", [])
        assert said == [(head(company_id, month),)]


def test_a_text_of_countless_short_words_is_found_by_its_first_ones() -> None:
    shop = company()
    signs = [chr(sign) for sign in range(0x4E00, 0x9FA0)]
    body = " ".join(f"{one}{other}" for one in signs[:400] for other in signs[:1000])
    says(shop, tracker(shop), ANN, body, at="2026-03-04 09:00")
    assert found(shop, f"q={signs[0]}{signs[0]} {signs[0]}{signs[1]}") == [ANN]
    assert check() == []


def test_each_database_has_its_own_form_of_the_words() -> None:
    spot = spot_of(1990_03_01, 5, 1, 0)
    assert indexed(7, spot, "Hi, Zoé", "sqlite") == "7§2§hi 7§2§zoe"
    assert indexed(7, spot, "Hi, Zoé", "postgresql") == "ABwChi ABwCzoe"
    assert indexed(7, spot, "!!!") is None
    assert indexed(7, spot, None) is None
