"""`textmeter user`: people are added with a role, and their passwords never show."""

from tests.cli.terminal import Terminal
from tests.scene import company
from textmeter.accounts.models import User

PASSWORD = "correct horse battery"


def test_an_admin_needs_no_company(terminal: Terminal) -> None:
    ran = terminal(
        "user", "add", "Ana@Example.com", "--role", "admin", "--password-stdin", stdin=PASSWORD + "\n"
    )
    made = User.objects.get()
    assert (ran.code, ran.err, made.email, made.role) == (0, "", "ana@example.com", "admin")
    assert made.check_password(PASSWORD)
    assert PASSWORD not in ran.out


def test_others_need_a_company(terminal: Terminal) -> None:
    shop = company()
    ran = terminal("user", "add", "b@example.com", "--role", "manager", "--password-stdin", stdin=PASSWORD)
    assert (ran.code, User.objects.count()) == (2, 0)
    ran = terminal(
        *("user", "add", "b@example.com", "--role", "reporting", "--company", shop.id),
        *("--password-stdin", "--json"),
        stdin=PASSWORD,
    )
    made = User.objects.get()
    assert ran.json == {
        "id": str(made.pk),
        "email": "b@example.com",
        "name": "",
        "role": "reporting",
        "companies": [str(shop.id)],
    }
    assert terminal("user", "list", "--json").json == [ran.json]


def test_a_weak_password_a_wrong_address_and_a_second_user_are_refused(terminal: Terminal) -> None:
    for email, role, password, code in (
        ("a@example.com", "admin", "short", 1),
        ("a@example.com", "admin", "", 1),
        ("a@example.com", "admin", "a@example.com", 1),
        ("a@example.com", "admin", "two\nlines that are long", 1),
        ("a@", "admin", PASSWORD, 2),
    ):
        ran = terminal("user", "add", email, "--role", role, "--password-stdin", stdin=password)
        assert (ran.code, ran.out, ran.err.count("\n")) == (code, "", 1)
    assert not User.objects.exists()
    terminal("user", "add", "a@example.com", "--role", "admin", "--password-stdin", stdin=PASSWORD)
    ran = terminal("user", "add", "A@example.com", "--role", "admin", "--password-stdin", stdin=PASSWORD)
    assert (ran.code, User.objects.count()) == (1, 1)
    assert "set-password" in ran.err
    assert terminal("user", "add", "c@example.com", "--role", "king", "--password-stdin").code == 2
    assert terminal("user", "add", "c@example.com", "--role", "admin").code == 2


def test_a_password_is_changed(terminal: Terminal) -> None:
    terminal("user", "add", "a@example.com", "--role", "admin", "--password-stdin", stdin=PASSWORD)
    new = "a better horse battery"
    assert terminal("user", "set-password", "A@example.com", "--password-stdin", stdin=new).code == 0
    assert User.objects.get().check_password(new)
    assert terminal("user", "set-password", "x@example.com", "--password-stdin", stdin=new).code == 1


def test_an_address_is_changed(terminal: Terminal) -> None:
    for email in ("a@example.com", "b@example.com"):
        terminal("user", "add", email, "--role", "admin", "--password-stdin", stdin=PASSWORD)
    ran = terminal("user", "set", "A@example.com", "--email", "New@Example.com")
    assert (ran.code, ran.out) == (0, "a@example.com signs in with new@example.com from now on.\n")
    assert terminal("user", "set", "new@example.com", "--email", "c@example.com", "--json").json["email"] == (
        "c@example.com"
    )
    for email, new, code, said in (
        ("x@example.com", "d@example.com", 1, "There is no user"),
        ("c@example.com", "B@example.com", 1, "Somebody else signs in with b@example.com."),
        ("c@example.com", "C@example.com", 1, "c@example.com is the address already."),
        ("c@example.com", "d@", 2, "--email is “d@”; allowed: an address"),
        ("c@example.com", f"{'d' * 300}@example.com", 2, "allowed: an address"),
    ):
        ran = terminal("user", "set", email, "--email", new)
        assert (ran.code, ran.out, ran.err.count("\n")) == (code, "", 1)
        assert said in ran.err
    assert terminal("user", "set", "c@example.com").code == 2
    assert {one.email for one in User.objects.all()} == {"b@example.com", "c@example.com"}
