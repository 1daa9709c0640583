"""Reads requests with h11, as a server. Frames on stdin: four bytes of length, big endian, then the bytes of one request.
One line of JSON for each: how it was read, or null where it was refused, has not ended, or has ended before its bytes."""

import hashlib
import json
import struct
import sys

import h11


def read(data):
    connection = h11.Connection(h11.SERVER, max_incomplete_event_size=65536)
    request, content = None, b""
    try:
        connection.receive_data(data)
        while True:
            event = connection.next_event()
            if event in (h11.NEED_DATA, h11.PAUSED):
                return None
            if isinstance(event, h11.Request):
                request = event
            elif isinstance(event, h11.Data):
                content += event.data
            elif isinstance(event, h11.EndOfMessage):
                break
    except h11.RemoteProtocolError:
        return None
    if connection.trailing_data[0]:
        return None
    return {
        "method": request.method.decode("latin-1"),
        "target": request.target.decode("latin-1"),
        "fields": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in request.headers],
        "length": len(content),
        "digest": hashlib.md5(content).hexdigest(),
    }


def main():
    source = sys.stdin.buffer
    while True:
        head = source.read(4)
        if len(head) < 4:
            return
        data = source.read(struct.unpack(">I", head)[0])
        sys.stdout.write(json.dumps(read(data)) + "\n")
        sys.stdout.flush()


main()
