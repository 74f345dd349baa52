"""Polls feeds as feedparser does, each with the validators it was given: one line of JSON a poll and feed.

poll.py <polls> <address>...

{"url", "status", "bozo", "titles": [...], "ids": [...]}
"""

import json
import sys

import feedparser

polls, *addresses = sys.argv[1:]
known = {}

for _ in range(int(polls)):
    for address in addresses:
        etag, modified = known.get(address, (None, None))
        read = feedparser.parse(address, etag=etag, modified=modified)
        if read.status == 200:
            known[address] = (read.get("etag"), read.get("modified"))
        told = {
            "url": address,
            "status": read.status,
            "bozo": bool(read.bozo),
            "titles": [entry.title for entry in read.entries],
            "ids": [entry.id for entry in read.entries],
        }
        print(json.dumps(told))
