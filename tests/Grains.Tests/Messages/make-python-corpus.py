#!/usr/bin/python3
"""Writes what CPython itself makes of JSON, beside this file; run again only to add cases.

python-repr.tsv       a line each: JSON text, TAB, JSON string of repr(json.loads(text)).
python-printable.txt  the ranges of code points by repr: "p" printed as they are, "e" escaped, "-" unknown to this Python's Unicode (a newer one may know them).
"""
import json
import pathlib
import sys
import unicodedata

HERE = pathlib.Path(__file__).parent
NUMBERS = """0 -0 1 -1 12345678901234567890 -98765432109876543210123456789012345678901234567890 0.0 -0.0 0e0 -0e5 1.0 -1.5 0.1 0.2 0.30000000000000004
1e15 1e16 9999999999999998.0 1e17 1e21 1e22 1E22 1e+22 123456789012345680.0 1234567890123456.7 1e-4 0.0001 0.00012345 1e-5 0.00001 1.5e-5 1e-7 5e-324 2.5e-324
2.2250738585072014e-308 1.7976931348623157e308 1.7976931348623159e308 1e400 -1e400 1e-400 -1e-400 1e100 1.10 100.0 1e2 1.0e0 3.141592653589793
2.5 1e23 9007199254740993.0 9007199254740993 4.35 0.000123456789 123456.789e3 8.41e21 2.0e-3 5e-5 9.5367431640625e-07 7.0385307e-26""".split()
STRINGS = [
    "", "plain", "it's", 'say "hi"', "both ' and \"", "back\\slash", "tab\tnew\nreturn\r", "\0\x01\x1f\x7f\x80\x9f\xa0\xad", "é ß 漢字 🎉",
    "\u0378\u200b\u2028\u2029\u3000\ue000\ufeff\uffff\ud7ff", "\U00010000\U0001f600\U000e0001\U0010ffff", "'", '"', "\\'", "a'b'c", "{[(%s)]}", "\u061c\u00ad\u0600",
    "mixed é\n'\"\\", "e\u0301", "\u202e",
]
TEXTS = NUMBERS + ["true", "false", "null", "[]", "{}", " [ 1 , 2 ] ", "[[],{},[[]]]", '{"a":1,"b":2,"a":3}', '{"":null,"x y":[true,false,null]}',
    '{"k\'":"v\\"","n":{"m":[1.0,-0.0,{"z":"\\u00e9"}]}}', '["\\ud83d\\ude00","\\u0041\\/\\b\\f"]', '{"1":1,"é":"é"}', "[" * 100 + "]" * 100, '{"a":' * 60 + "1" + "}" * 60]
TEXTS += [json.dumps([text], ensure_ascii=ascii) for text in STRINGS for ascii in (True, False)]
TEXTS += [json.dumps({text: text}) for text in STRINGS]


def kind(code):
    char = chr(code)
    return "-" if unicodedata.category(char) == "Cn" else "p" if char.isprintable() else "e"


def ranges():
    begin, last = 0, kind(0)
    for code in range(1, sys.maxunicode + 2):
        now = kind(code) if code <= sys.maxunicode else None
        if now != last:
            yield f"{last} {begin:x} {code - 1:x}"
            begin, last = code, now


(HERE / "python-repr.tsv").write_text("".join(f"{text}\t{json.dumps(repr(json.loads(text)))}\n" for text in TEXTS))
(HERE / "python-printable.txt").write_text("".join(line + "\n" for line in ranges() if line[0] != "p"))
