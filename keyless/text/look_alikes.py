"""Letters that look like others, or like nothing: they come along when a name is copied.

A name with one of them means another thing than it shows, and nobody sees why it is not found.
Source: Unicode Technical Standard 39, "Unicode Security Mechanisms", confusables of ASCII.
"""

import unicodedata

_SAME_LOOKS = {
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\u00ad",
    " ": "\u00a0\u2002\u2003\u2009\u202f",
    "_": "\u2017\ufe4d",
    "/": "\u2044\u2215",
    ".": "\u2024\u06d4",
    ":": "\u02d0\u2236\ua789",
    "'": "\u2018\u2019\u02bc",
    "a": "\u0430\u03b1",
    "c": "\u0441",
    "d": "\u0501",
    "e": "\u0435",
    "h": "\u04bb",
    "i": "\u0456\u0131",
    "j": "\u0458",
    "k": "\u043a",
    "l": "\u04cf",
    "n": "\u0578",
    "o": "\u043e\u03bf\u0585",
    "p": "\u0440\u03c1",
    "q": "\u051b",
    "s": "\u0455",
    "u": "\u057d",
    "v": "\u03bd\u0475",
    "w": "\u051d",
    "x": "\u0445",
    "y": "\u0443",
    "A": "\u0410\u0391",
    "B": "\u0412\u0392",
    "C": "\u0421",
    "E": "\u0415\u0395",
    "H": "\u041d\u0397",
    "I": "\u0406\u0399",
    "K": "\u041a\u039a",
    "M": "\u041c\u039c",
    "O": "\u041e\u039f",
    "P": "\u0420\u03a1",
    "T": "\u0422\u03a4",
    "X": "\u0425\u03a7",
}
_ASCII_OF = {letter: plain for plain, letters in _SAME_LOOKS.items() for letter in letters}
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff")


def look_alike(text: str) -> str | None:
    """Name the first letter of a text that is not what it looks like, None where all are."""
    if text.isascii():
        return None
    for letter in text:
        if letter in _INVISIBLE:
            return f"U+{ord(letter):04X} is invisible"
        plain = _ASCII_OF.get(letter) or unicodedata.normalize("NFKC", letter)
        if plain != letter and plain.isascii() and len(plain) == 1:
            return f'U+{ord(letter):04X} looks like "{plain}"'
    return None
