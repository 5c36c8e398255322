"""A .csv that is not in UTF-8: read where its letters can be those of Windows in the West alone, and refused else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milebook.content.loader import load
from milebook.core.errors import ContentError
from milebook.roster import reader

DEFAULT = load().profiles["beginner"]


def read(tmp_path, text, encoding):
    path = tmp_path / "athletes.csv"
    path.write_bytes(text.encode(encoding))
    return reader.read(path, DEFAULT, lambda profile: None, has_result=True)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("name\nJörg\n", "mac_roman"),
        ("name\nWeiß\nSimões\n", "cp850"),
        ("name\nZięba\nPaweł\n", "cp1250"),
        ("name\nZięba\n", "cp1250"),
        ("name\n\u0418\u0432\u0430\u043d\n", "cp1251"),
        ("\u0438\u043c\u044f\n\u0418\u0432\u0430\u043d\n", "cp1251"),
        ("name\nHélène\n", "cp1252"),  # to a Pole a Hélčne
    ],
)
def test_a_file_that_is_not_utf_8_is_told_with_its_line(tmp_path, text, encoding):
    line = 1 if "\u0438\u043c\u044f" in text else 2
    with pytest.raises(ContentError, match=rf':{line}: line {line} has letters that cannot be .* "CSV UTF-8 \(Comma'):
        read(tmp_path, text, encoding=encoding)


def test_a_file_of_excel_in_the_west_is_read_and_its_first_letters_told(tmp_path):
    found = read(tmp_path, "name,group\nAnn,A\nJosé Muñoz,Übung\n", encoding="cp1252")
    assert [athlete.profile.name for athlete in found.athletes] == ["Ann", "José Muñoz"]
    told = (
        'the file is not in UTF-8, and was read as Windows-1252: see that "José" in row 3 is spelt right, else save it'
    )
    assert next(note for note in found.notes if "Windows" in note).endswith(f"athletes.csv: {told} as CSV UTF-8")
    found = read(tmp_path, "Prénom,Nom,Remarque\nHélène,Lefèvre,ß–x\n", encoding="cp1252")
    assert [athlete.profile.name for athlete in found.athletes] == ["Hélène Lefèvre"]  # whose headings are French


# As they are written, with letters of several kinds; no name that two ways to read may make is left out.
WEST = (
    *("José", "María", "Muñoz", "García", "Suárez", "Álvaro", "Óscar", "Zoë", "Hélène", "Geneviève", "François"),
    *("Jörg", "Jürgen", "Jäger", "Müller", "Weiß", "Österreicher", "Özil", "Åsa", "Bjørn", "Håkan", "Øystein", "Ægir"),
    *("Niccolò", "Cantù", "Simões", "João", "D’Angelo", "GARCÍA", "MÜLLER", "émile", "Conceição", "Gonçalves", "Ann"),
)
EAST = ("Łukasz", "Zięba", "Paweł", "Żuk", "Poznań", "Dvořák", "Kučera", "Lukáš", "Růžička", "Győrffy", "Szűcs", "Ákos")
OTHERS = {
    **dict.fromkeys(("mac_roman", "cp850", "cp437", "cp1252"), WEST),
    **dict.fromkeys(("cp1250", "cp852", "iso8859_2"), (*EAST, "Müller", "René", "Ann")),
    "cp1254": ("Y\u0131ld\u0131z", "Şahin", "Öztürk", "Çağlar", "Gökçe", "İbrahim"),
    "cp1251": ("\u0418\u0432\u0430\u043d", "\u041f\u0451\u0442\u0440", "\u0410\u043d\u043d\u0430"),
    "cp1253": ("\u0393\u03b9\u03ce\u03c1\u03b3\u03bf\u03c2", "\u039c\u03b1\u03c1\u03af\u03b1"),
}


@settings(max_examples=200)
@given(st.data())
def test_names_of_a_file_that_is_not_utf_8_are_printed_as_they_are_or_not_at_all(tmp_path_factory, data):
    encoding = data.draw(st.sampled_from(sorted(OTHERS)))
    known = [name for name in OTHERS[encoding] if name.encode(encoding, "ignore").decode(encoding) == name]
    names = data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=6))
    try:
        found = read(tmp_path_factory.mktemp("codes"), "name\n" + "".join(f"{n}\n" for n in names), encoding=encoding)
    except ContentError as error:
        assert "the file is not in UTF-8" in str(error)  # noqa: PT017
    else:
        assert [athlete.profile.name for athlete in found.athletes] == names
