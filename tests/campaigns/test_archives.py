"""ZIP archives from outside: what is inside by its right name, and what is refused."""

import io
import zipfile

import pytest

from campaigns.archives import Archive, BadArchive, leads_out

MOST = 50 * 2**20


def zipped(files, how=zipfile.ZIP_STORED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as package:
        for name, data in files.items():
            package.writestr(name, data)
    return out


def test_members_are_named_and_read_and_junk_is_left_out():
    archive = Archive(
        zipped({"三月/讲堂.jpg": b"x" * 10, "__MACOSX/._a": b"1", "Thumbs.db": b"1", "三月/._b.jpg": b"1"}), most_each=MOST
    )

    assert [(member.name, member.size, member.refused) for member in archive.members] == [("三月/讲堂.jpg", 10, "")]
    assert b"".join(archive.read(archive.members[0])) == b"x" * 10


def test_names_of_chinese_windows_are_read():
    raw = "讲堂.jpg".encode("gb18030")
    body = zipped({"a" * len(raw): b"1"}).getvalue().replace(b"a" * len(raw), raw)

    assert [member.name for member in Archive(io.BytesIO(body), most_each=MOST).members] == ["讲堂.jpg"]


@pytest.mark.parametrize("name", ["../x.jpg", "a/../../x.jpg", "/etc/x.jpg", "C:/x.jpg", "..\\x.jpg"])
def test_a_name_that_leads_out_is_refused(name):
    (member,) = Archive(zipped({name: b"1"}), most_each=MOST).members

    assert member.refused == "path"


def test_a_name_with_dots_inside_leads_nowhere():
    assert not leads_out("a..b/c...jpg")


def test_empty_and_large_members_are_refused():
    archive = Archive(zipped({"a.jpg": b"", "b.jpg": b"x" * 11}), most_each=10)

    assert [member.refused for member in archive.members] == ["empty", "too_large"]


def test_a_bomb_is_refused():
    with pytest.raises(BadArchive, match="bomb"):
        Archive(zipped({"a.jpg": bytes(60 * 2**20)}, zipfile.ZIP_DEFLATED), most_each=2**30)


def test_too_many_members_are_refused(monkeypatch):
    monkeypatch.setattr("campaigns.archives.MOST_MEMBERS", 2)

    with pytest.raises(BadArchive, match="members"):
        Archive(zipped({f"{n}.jpg": b"1" for n in range(3)}), most_each=MOST)


def test_a_lie_about_the_size_is_damage():
    body = zipped({"a.jpg": b"x" * 100}).getvalue()
    lying = body.replace((100).to_bytes(4, "little"), (90).to_bytes(4, "little"))
    archive = Archive(io.BytesIO(lying), most_each=MOST)

    with pytest.raises(BadArchive, match="broken"):
        list(archive.read(archive.members[0]))


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04 no", b"plain text"])
def test_what_is_no_archive_is_broken(body):
    with pytest.raises(BadArchive, match="broken"):
        Archive(io.BytesIO(body), most_each=MOST)


def test_a_password_is_refused():
    body = bytearray(zipped({"a.jpg": b"1"}).getvalue())
    body[body.rindex(b"PK\x01\x02") + 8] |= 1

    with pytest.raises(BadArchive, match="password"):
        Archive(io.BytesIO(bytes(body)), most_each=MOST)
