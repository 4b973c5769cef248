#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What --json prints is JSON whatever the names are, and each byte of a name can
# be had back from it. The name of a file is everywhere as a manifest has it.

# Commands are passed to functions by name, and to sh in single quotes.
# shellcheck disable=SC2016,SC2317
set -eu
. "$TESTS/lib.sh"
. "$TESTS/certs.sh"
. "$TESTS/kernel.sh"

if ! command -v python3 >/dev/null; then
	good "JSON # SKIP no python3"
	finish
fi
fake_kernel json

# Names of all bytes that a name can have, and of those that JSON minds.
cat >names.py <<'END'
import os
names = [b'quo"te', b"back\\slash", b"back\\u0041", b"new\nline", b"tab\there",
         b"\x01\x1b\x7f\xff", "ä€".encode(), "ä".encode("latin-1"), b"\xc3",
         b"<!--*'`$(x)`'*-->", b'"', b"\\", b"a%41b", b"#", b" "]
names += [b"byte" + bytes([b]) for b in range(1, 256) if b != 0x2f]
if __name__ == "__main__":
    os.makedirs(b"tree/bin")
    for name in names:
        with open(b"tree/bin/" + name, "wb") as f:
            f.write(b"#!/bin/sh\n")
END
quietly python3 names.py
# A path as a manifest has it, and a word that is taken as Latin-1, as bytes
cat >decode.py <<'END'
import json, re, sys
from names import names
def path(s):
    if not re.fullmatch(r"([!-~]|%[0-9a-f]{2})*", s) or "#" in s:
        sys.exit(f"not as a manifest has it: {s}")
    return re.sub(rb"%([0-9a-f]{2})", lambda m: bytes([int(m[1], 16)]),
                  s.encode("latin-1"))
def word(s):
    return s.encode("latin-1")
paths = sorted(b"bin/" + n for n in names)
def same(what, found):
    found = sorted(found)
    if found != paths:
        odd = set(found) ^ set(paths)
        sys.exit(f"{what}: {sorted(odd)[:5]}")
data = json.load(open("out", encoding="ascii"))
END
# python NAME LINE...: a program that begins with decode.py is content.
python() {
	python_name=$1
	shift
	{
		cat decode.py
		printf '%s\n' "$@"
	} >program.py
	holds "$python_name" python3 program.py
}

vxsign() {
	"$VXSIGN" "$@"
}
expect 0 "generate --list --json" vxsign generate --root tree --list --json
python "has every name" 'same("list", [path(e["path"]) for e in data])' \
	'assert {e["class"] for e in data} == {"script"}'
quietly "$VXSIGN" generate --root tree -o text
expect 0 "show --json --entries" vxsign show --json --entries text
python "has every name" 'same("show", [path(e["path"]) for e in data["list"]])'
quietly "$VXSIGN" keygen --cn Signer --key Signer.key --cert Signer.pem
quietly "$VXSIGN" sign --key Signer.key --cert Signer.pem -o signed text
mkdir empty
expect 1 "verify --json" vxsign verify --json --root empty --cert Signer.pem \
	signed
python "has every name" \
	'same("verify", [path(f["path"]) for f in data["findings"]])' \
	'assert data["verified"] is False' \
	'assert {f["result"] for f in data["findings"]} == {"missing"}'
echo "other sha256=$(printf '%064d' 7)" >other
expect 1 "diff --json" vxsign diff --json text other
python "has every name" \
	'same("diff", [path(f["path"]) for f in data["findings"]' \
	'              if f["result"] == "removed"])' \
	'assert data["differs"] is True'
expect 1 "diff --json --root" vxsign diff --json --root tree other
python "has every name" \
	'same("tree", [path(f["path"]) for f in data["findings"]' \
	'              if f["result"] == "extra"])'

# The name of the manifest itself, and of a signer
cat >odd.py <<'END'
odd = b'm"\\\n\x01\xff\xc3\xa4.manifest'
END
odd=$(printf 'm"\\\n\001\377\303\244.manifest')
cp signed "$odd"
expect 0 "verify --json of an odd name" vxsign verify --json \
	--cert Signer.pem "$odd"
python "has the name" 'from odd import odd' \
	'assert path(data["manifest"]) == odd' \
	'assert data["signer"] == "Signer"' \
	'assert data["method"] == "ECDSA256+SHA256"' \
	'assert data["entries"] == len(names)' 'assert data["findings"] == []'
expect 1 "an error in JSON" vxsign verify --json --cert Signer.pem text
python "has the cause" 'assert data == {"verified": False,' \
	'    "manifest": "text", "error": "is not signed"}'
expect 0 "show --json of an odd name" vxsign show --json "$odd"
python "has the name" 'from odd import odd' \
	'assert path(data["manifest"]) == odd' \
	'assert [s["name"] for s in data["signers"]] == ["Signer"]' \
	'assert data["entries"] == len(names)'
openssl_cert Odd keyUsage=critical,digitalSignature
quietly openssl req -new -key Odd.key -utf8 -subj '/CN=Q"u\\o ä' -out Odd.csr
quietly openssl x509 -req -in Odd.csr -signkey Odd.key -extfile Odd.ext \
	-out Odd.pem
quietly "$VXSIGN" sign --key Odd.key --cert Odd.pem -o signed other
expect 0 "a signer with an odd name" vxsign show --json signed
python "has it, and ? for what is not visible" \
	'assert [s["name"] for s in data["signers"]] == ["Q\"u\\o ??"], data'

# vxload: names of files as they were given, and paths of the kernel
kernel loaded active
quietly python3 - <<'END'
import os
from names import names
def encode(n):
    return b"".join(bytes([c]) if 0x20 < c <= 0x7e and c not in b"%#" else
                    b"%%%02x" % c for c in n)
with open(os.environ["sys"] + "/entries", "wb") as f:
    for n in names:
        f.write(b"0:1\t7\tsha256=00\t-\tverified\tbase\tV%22%5c\tbin/"
                + encode(n) + b"\n")
with open(os.environ["sys"] + "/manifests", "wb") as f:
    f.write(b'we"ird\\\x01\t7\tQ%22u%5co%ff\tRSA2048+SHA256\t1\t2\tbuiltin\n')
    f.write(b'b\t1"\tS\tM\t-1\t\tadded\n')
END
expect 0 "vxload --list --json" "$vxload" --list --json
python "has every path" \
	'same("entries", [path(e["path"]) for e in data["entries"]])' \
	'assert {e["signer"] for e in data["entries"]} == {"V\"\\"}'
python "has the manifest" 'm = data["manifests"][0]' \
	'assert word(m["name"]) == b"we\"ird\\\x01", m' \
	'assert m["signer"] == "Q\"u\\o?" and m["version"] == 7'
python "what should be a number and is none" 'm = data["manifests"][1]' \
	'assert (m["version"], m["bound"], m["missing"]) == ("1\"", "-1", ""), m'
cat >checks.sh <<'END'
cd tree/bin && exec "$1" --check --json *
END
expect 0 "vxload --check --json" sh checks.sh "$vxload"
python "has every name" \
	'same("check", [b"bin/" + path(f["file"]) for f in data])' \
	'assert all(f["verified"] is True for f in data)'
expect 0 "vxload --state --json" "$vxload" --state --json
python "has the states" 'assert data == {"loaded": True, "active": True,' \
	'    "enforce": False, "locked": False}'
finish
