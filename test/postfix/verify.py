"""Says of each mail whether its DKIM signature holds, with dkimpy: one line a mail, "pass" or "fail: <why>".

verify.py <name in DNS> <what its TXT record says> <file>...
"""

import sys

import dkim

name, record, *files = sys.argv[1:]


def published(asked, timeout=5):
    return record.encode() if asked.decode().rstrip(".") == name else None


for file in files:
    with open(file, "rb") as opened:
        mail = opened.read()
    try:
        holds = dkim.DKIM(mail).verify(dnsfunc=published)
        print("pass" if holds else "fail: no signature holds")
    except (dkim.DKIMException, ValueError) as trouble:
        print(f"fail: {trouble}".splitlines()[0])
