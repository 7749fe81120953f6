"""Answers what Python's argparse makes of command lines.

Standard input: a JSON list of objects with an "argv" each. Standard output: the same list, each object with what argparse
answers, either "flags", or "exit" and "stderr". To make argparse-cases.json anew:

    python3 test/compat/argparse-oracle.py < test/compat/argparse-cases.json > new.json  # then: npm run fix

The options are those of src/cli/compat.ts and src/cli/compat-interfaces.ts.
"""

import argparse
import contextlib
import io
import json
import os
import sys

os.environ["COLUMNS"] = "80"
os.environ["NO_COLOR"] = "1"


def make_parser():
    parser = argparse.ArgumentParser(prog="tcpbridge")
    parser.add_argument("--p2p", nargs="+", metavar="LINK")
    parser.add_argument("--hub", nargs="+", metavar="ENDPOINT")
    parser.add_argument("--switch", nargs="+", metavar="ENDPOINT")
    parser.add_argument("--tap-listen", metavar="N")
    parser.add_argument("--tap-if", metavar="NAME")
    parser.add_argument("--ipv4-address", metavar="ADDRESS/LENGTH")
    parser.add_argument("--ipv4-route", metavar="GATEWAY")
    parser.add_argument("--ipv6-address", metavar="ADDRESS/LENGTH")
    parser.add_argument("--ipv6-route", metavar="GATEWAY")
    parser.add_argument("--vlan", metavar="ID", type=int)
    parser.add_argument("--raw-listen", metavar="N")
    parser.add_argument("--raw-if", metavar="NAME")
    parser.add_argument("--debug", action="store_true")
    parser.add_argument("--trace", action="store_true")
    parser.add_argument("--workers", metavar="N")
    parser.add_argument("--stats", metavar="DURATION")
    parser.add_argument("--log-format", metavar="text|json")
    parser.add_argument("--health-file", metavar="PATH")
    parser.add_argument("--shard", metavar="K/N")
    parser.add_argument("--control", metavar="PATH")
    parser.add_argument("--version", action="version", version="tcpbridge")
    return parser


def answer(parser, argv):
    stdout, stderr = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        try:
            flags = vars(parser.parse_args(argv))
        except SystemExit as leave:
            return {"argv": argv, "exit": leave.code or 0, "stderr": stderr.getvalue()}
    return {"argv": argv, "flags": {name: value for name, value in flags.items() if value is not None}}


parser = make_parser()
answers = [answer(parser, case["argv"]) for case in json.load(sys.stdin)]
print("[\n  " + ",\n  ".join(json.dumps(each) for each in answers) + "\n]")
