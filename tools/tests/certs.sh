# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Keys and certificates that vxsign keygen does not make, from OpenSSL, and what is
# signed with them.

# openssl_cert NAME [EXTENSION...]: NAME.key and the self-signed NAME.pem, ECDSA
# on P-256.
openssl_cert() {
	cert_name=$1
	shift
	cert_extensions "$@" >"$cert_name.ext"
	quietly openssl ecparam -name prime256v1 -genkey -noout \
		-out "$cert_name.key"
	quietly openssl req -new -key "$cert_name.key" -subj "/CN=$cert_name" \
		-out "$cert_name.csr"
	quietly openssl x509 -req -in "$cert_name.csr" -days 100 \
		-signkey "$cert_name.key" -extfile "$cert_name.ext" \
		-out "$cert_name.pem"
}

# issued_cert ISSUER NAME [EXTENSION...]: NAME.key and NAME.pem, signed by ISSUER.
issued_cert() {
	cert_issuer=$1
	cert_name=$2
	shift 2
	cert_extensions "$@" >"$cert_name.ext"
	quietly openssl ecparam -name prime256v1 -genkey -noout \
		-out "$cert_name.key"
	quietly openssl req -new -key "$cert_name.key" -subj "/CN=$cert_name" \
		-out "$cert_name.csr"
	quietly openssl x509 -req -in "$cert_name.csr" -days 100 \
		-CA "$cert_issuer.pem" -CAkey "$cert_issuer.key" \
		-CAcreateserial -extfile "$cert_name.ext" -out "$cert_name.pem"
}

# dated_cert NAME FROM TO [EXTENSION...]: as openssl_cert, valid from FROM to TO
# (YYYYMMDDHHMMSSZ).
dated_cert() {
	dated_name=$1
	dated_from=$2
	dated_to=$3
	shift 3
	[ $# -gt 0 ] || set -- keyUsage=critical,digitalSignature
	cert_extensions "$@" >"$dated_name.ext"
	set -- "$dated_name" "$dated_from" "$dated_to"
	: >"$1.index"
	echo 01 >"$1.serial"
	cat >"$1.cnf" <<-END
		[ca]
		default_ca = this
		[this]
		database = $1.index
		serial = $1.serial
		new_certs_dir = .
		default_md = sha256
		policy = any
		[any]
		commonName = supplied
	END
	quietly openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
	quietly openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr"
	quietly openssl ca -batch -config "$1.cnf" -selfsign -keyfile "$1.key" \
		-in "$1.csr" -startdate "$2" -enddate "$3" -extfile "$1.ext" \
		-notext -out "$1.pem"
}

# make_crl NAME ISSUER DAYS [CERTIFICATE]...: NAME.crl, which revokes them.
make_crl() {
	crl_name=$1
	crl_issuer=$2
	crl_days=$3
	shift 3
	: >"$crl_name.index"
	cat >"$crl_name.cnf" <<-END
		[ca]
		default_ca = this
		[this]
		database = $crl_name.index
		default_md = sha256
		default_crl_days = $crl_days
	END
	for crl_cert; do
		quietly openssl ca -config "$crl_name.cnf" \
			-keyfile "$crl_issuer.key" -cert "$crl_issuer.pem" \
			-revoke "$crl_cert.pem"
	done
	quietly openssl ca -config "$crl_name.cnf" -gencrl \
		-keyfile "$crl_issuer.key" -cert "$crl_issuer.pem" \
		-out "$crl_name.crl"
}

cert_extensions() {
	printf '%s\n' subjectKeyIdentifier=hash authorityKeyIdentifier=keyid \
		"$@"
}

# append_signature TEXT DER OUT: join them as vxsign and sign-file do.
append_signature() {
	append_size=$(wc -c <"$2")
	{
		cat "$1" "$2"
		printf '\000\000\002\000\000\000\000\000'
		# shellcheck disable=SC2059
		printf "$(printf '\\%03o\\%03o\\%03o\\%03o' \
			$((append_size >> 24 & 255)) \
			$((append_size >> 16 & 255)) \
			$((append_size >> 8 & 255)) $((append_size & 255)))"
		printf '~Module signature appended~\n'
	} >"$3"
}

# flip_last FILE OUT: FILE with another last byte.
flip_last() {
	flip_byte=$(tail -c 1 "$1" | od -An -tu1)
	{
		head -c $(($(wc -c <"$1") - 1)) "$1"
		# shellcheck disable=SC2059
		printf "$(printf '\\%03o' $((flip_byte ^ 1)))"
	} >"$2"
}

# split_signature SIGNED TEXT DER: take them apart.
split_signature() {
	split_total=$(wc -c <"$1")
	split_size=$((0x$(tail -c 32 "$1" | head -c 4 | od -An -tx1 |
			  tr -d ' \n')))
	head -c $((split_total - 40 - split_size)) "$1" >"$2"
	tail -c $((split_size + 40)) "$1" | head -c "$split_size" >"$3"
}

# signed TEXT OUT: sign TEXT as the vendor.
signed() {
	quietly "$VXSIGN" sign --key vendor.key --cert vendor.pem -o "$2" "$1"
}
