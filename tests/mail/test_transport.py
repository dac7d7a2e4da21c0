"""Handing over one mail: to a folder, to a real SMTP server, to one that says no."""

import socket
from collections.abc import Iterator
from contextlib import closing
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword, Session

from campaign.domain.message import LEASE
from campaign.mail import transport
from campaign.mail.transport import Files, NotSent, Server
from tests import servers
from tests.servers import Inbox


def mail(to: str = "rena@example.org", body: str = "Salam, Xocalı\n") -> EmailMessage:
    written = EmailMessage(policy=SMTP)
    written["Message-ID"] = "<1f@example.org>"
    written["From"] = "campaign@example.org"
    written["To"] = to
    written["Subject"] = "Ədalət"
    written.set_content(body)
    return written


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def url(inbox: Inbox) -> Iterator[str]:
    with servers.smtp(inbox) as address:
        yield address


def test_a_mail_becomes_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "mail"
    for _ in range(2):  # a repeat takes the first one's place
        Files(folder).send(mail())
    (file,) = folder.iterdir()
    assert file.name == "1f@example.org.eml"
    read = message_from_bytes(file.read_bytes(), policy=SMTP)
    assert (read["Subject"], read["To"]) == ("Ədalət", "rena@example.org")
    assert b"\n" not in file.read_bytes().replace(b"\r\n", b"")


def test_a_mail_reaches_its_server(inbox: Inbox, url: str) -> None:
    Server(url).send(mail(body=".a line that begins with a dot\n"))
    assert inbox.recipients == ["rena@example.org"]
    read = message_from_bytes(inbox.mails[0], policy=SMTP)
    assert (read["Message-ID"], read["Subject"]) == ("<1f@example.org>", "Ədalət")
    assert str(read.get_content()).strip() == ".a line that begins with a dot"  # type: ignore[attr-defined]


def test_an_address_in_another_alphabet_reaches_a_server_that_knows_them(inbox: Inbox, url: str) -> None:
    Server(url).send(mail(to="рена@example.org"))
    assert inbox.recipients == ["рена@example.org"]


@pytest.mark.parametrize(
    ("answer", "is_final"), [("451 try later", False), ("452 no room", False), ("550 no", True), ("554 spam", True)]
)
def test_a_server_that_does_not_take_the_mail(inbox: Inbox, url: str, answer: str, is_final: bool) -> None:
    inbox.answer = answer
    with pytest.raises(NotSent, match=answer) as failure:
        Server(url).send(mail())
    assert failure.value.is_final is is_final
    assert inbox.mails == []


@pytest.mark.parametrize(
    ("answer", "is_final", "is_bounce"),
    [
        ("450 busy", False, False),
        ("550 no such person", True, True),
        ("551 moved", True, True),
        ("553 no such mailbox", True, True),
        ("550 5.7.1 we do not like this sender", True, False),
        ("552 mailbox full", True, False),
    ],
)
def test_a_server_that_does_not_know_the_recipient(
    inbox: Inbox, url: str, answer: str, is_final: bool, is_bounce: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*arguments: object) -> str:
        return answer

    monkeypatch.setattr(Inbox, "handle_RCPT", refuse, raising=False)
    with pytest.raises(NotSent, match=answer) as failure:
        Server(url).send(mail())
    assert (failure.value.is_final, failure.value.is_bounce) == (is_final, is_bounce)


def test_a_no_to_the_sender_may_be_mended(inbox: Inbox, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*arguments: object) -> str:
        return "553 this sender is not yours"

    monkeypatch.setattr(Inbox, "handle_MAIL", refuse, raising=False)
    with pytest.raises(NotSent, match="553") as failure:
        Server(url).send(mail())
    assert (failure.value.is_final, failure.value.is_bounce) == (False, False)


def test_a_no_to_the_mail_itself_says_nothing_of_the_address(inbox: Inbox, url: str) -> None:
    inbox.answer = "550 spam"
    with pytest.raises(NotSent) as failure:
        Server(url).send(mail())
    assert not failure.value.is_bounce


class Counted(Inbox):
    """Counts how often somebody connects."""

    connections = 0

    async def handle_EHLO(
        self, server: object, session: Session, envelope: object, name: str, answers: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = name
        return answers


def test_many_mails_go_through_one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MAILS_PER_CONNECTION", 4)
    inbox = Counted()
    with servers.smtp(inbox) as address, closing(Server(address)) as server:
        for _ in range(4):
            server.send(mail())
        assert inbox.connections == 1
        server.send(mail())  # servers limit what one connection may bring
    assert (inbox.connections, len(inbox.mails)) == (2, 5)


def test_a_server_that_hung_up_meanwhile_is_called_again() -> None:
    inbox = Counted()
    with servers.smtp(inbox) as address, closing(Server(address)) as server:
        server.send(mail())
        assert server._server is not None and server._server.sock is not None
        server._server.sock.shutdown(socket.SHUT_RDWR)
        server.send(mail())
    assert (inbox.connections, len(inbox.mails)) == (2, 2)


def test_the_slowest_server_is_left_before_another_worker_takes_the_mail() -> None:
    connect = ["connection", "greeting", "EHLO", "STARTTLS", "handshake", "EHLO", "AUTH", "password"]
    mail = ["MAIL", "RCPT", "DATA", "body"]
    assert len(["QUIT", *connect, *mail]) * transport.TIMEOUT < LEASE.total_seconds()


def test_after_a_refused_mail_the_next_one_goes(inbox: Inbox, url: str) -> None:
    with closing(Server(url)) as server:
        inbox.answer = "450 busy"
        with pytest.raises(NotSent):
            server.send(mail())
        inbox.answer = "250 taken"
        server.send(mail())
    assert len(inbox.mails) == 1


def test_what_is_kept_of_a_servers_answer_names_nobody(inbox: Inbox, url: str) -> None:
    inbox.answer = "550 <rena@example.org> is unknown " + "x" * 400
    with pytest.raises(NotSent) as failure:
        Server(url).send(mail())
    assert str(failure.value).startswith("550 is unknown xxx")
    assert "rena" not in str(failure.value)
    assert len(str(failure.value)) <= 250


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(NotSent, match="ConnectionRefusedError") as failure:
        Server(f"smtp://127.0.0.1:{servers.free_port()}").send(mail())
    assert not failure.value.is_final


def test_a_server_whose_name_is_unknown() -> None:
    with pytest.raises(NotSent) as failure:
        Server("smtp://mail.invalid:25").send(mail())
    assert not failure.value.is_final


def test_elsewhere_nothing_is_said_without_encryption(inbox: Inbox) -> None:
    controller = Controller(inbox, hostname="127.0.0.2", port=servers.free_port())  # not one of this machine's names
    controller.start()
    try:
        with pytest.raises(NotSent, match="SMTPNotSupportedError") as failure:
            Server(f"smtp://127.0.0.2:{controller.port}").send(mail())
    finally:
        controller.stop()
    assert not failure.value.is_final
    assert (inbox.mails, inbox.recipients) == ([], [])


def test_a_password_opens_the_server_and_a_refused_one_may_be_mended(inbox: Inbox) -> None:
    def knows(server: object, session: object, envelope: object, mechanism: str, data: LoginPassword) -> AuthResult:
        return AuthResult(success=data == LoginPassword(b"campaign", b"p@ss"), handled=False)

    plain = {"auth_require_tls": False, "auth_required": True, "authenticator": knows}
    controller = Controller(inbox, hostname="127.0.0.1", port=servers.free_port(), **plain)
    controller.start()
    try:
        Server(f"smtp://campaign:p%40ss@127.0.0.1:{controller.port}").send(mail())
        with pytest.raises(NotSent, match="535") as failure:
            Server(f"smtp://campaign:wrong@127.0.0.1:{controller.port}").send(mail())
    finally:
        controller.stop()
    assert not failure.value.is_final
    assert "wrong" not in str(failure.value)
    assert len(inbox.mails) == 1
