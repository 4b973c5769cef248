#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Writes every certificate of a PEM or DER file to standard output as DER.
# A PEM file may hold other blocks and text between them, but a private key in
# it is refused: it would be one step from a kernel image.

set -eu

if [ $# -ne 1 ]; then
	echo "usage: $0 FILE" >&2
	exit 2
fi
if [ ! -r "$1" ]; then
	echo "$1: cannot be read (CONFIG_SECURITY_VERIEXEC_CERTS)" >&2
	exit 1
fi
if grep -q -e '-----BEGIN .*PRIVATE KEY' "$1"; then
	echo "$1: holds a private key; name a file of certificates" >&2
	exit 1
fi
if ! grep -q -e '-----BEGIN CERTIFICATE' "$1"; then
	# 30 82 begins every DER certificate of a useful size.
	if [ "$(od -An -tx1 -N2 "$1" | tr -d ' \n')" != 3082 ]; then
		echo "$1: holds no certificate" >&2
		exit 1
	fi
	exec cat "$1"
fi
awk '
	/^-----BEGIN CERTIFICATE-----/ { inside = 1; text = ""; next }
	/^-----END CERTIFICATE-----/ {
		inside = 0
		decode = "base64 -d"
		print text | decode
		if (close(decode))
			exit 1
		next
	}
	inside { sub(/\r$/, ""); text = text $0 }
' "$1"
