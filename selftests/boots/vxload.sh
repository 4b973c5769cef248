#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What vxload says and does with the kernel itself behind it.

. "${SELFTESTS:-/selftests}/tap.sh"

keys=/etc/veriexec
root=/tmp/root

# make_manifest FILE OPTION...
make_manifest()
{
	to=$1
	shift
	vxsign generate --root $root "$@" -o "$to" &&
		vxsign sign --key $keys/dev.key --cert $keys/certs.pem "$to"
}

mkdir -p $root/bin
cp "$tests/probe" $root/bin/listed
cp "$tests/probe" $root/bin/late
expect "manifests are made" make_manifest /tmp/one --name one --version 2 \
	--exclude bin/late --flag 'bin/listed=no_ptrace,label=web'
expect "another is made" make_manifest /tmp/two --name two --version 1
expect "an older one is made" make_manifest /tmp/older --name one --version 1
vxsign generate --root $root -o /tmp/unsigned
sed 's/uid=0/uid=1/' /tmp/one >/tmp/forged

expect "nothing holds at first" says 0 '^inactive$' vxload --state
expect "-i says no" silent 1 vxload -i loaded
expect "no state without a manifest" says 1 . vxload --enforce
expect "an unsigned manifest is refused" says 1 /tmp/unsigned \
	vxload -C $root /tmp/unsigned
expect "a forged manifest is refused" says 1 /tmp/forged \
	vxload -C $root /tmp/forged
expect "a manifest that is not there is trouble" says 2 /tmp/none \
	vxload -C $root /tmp/none
expect "still nothing holds" says 0 '^inactive$' vxload --state
# Slots
slot=/tmp/slot
image=/tmp/image
at=/tmp/at
mkdir -p $slot/bin $slot/etc/veriexec $at
cp "$tests/probe" $slot/bin/program
# sign_slot KEY CERTIFICATE
sign_slot()
{
	vxsign generate --root $slot --exclude etc --name slot --version 1 \
		-o /tmp/slot.text &&
		vxsign sign --key "$1" --cert "$2" \
			-o $slot/etc/veriexec/manifest /tmp/slot.text
}
# fill SOURCE FS: puts the slot's files on a device, or into an image.
fill()
{
	mount -t "$2" "$1" $at && cp -a $slot/. $at && umount $at
}
# make_image FS: makes an image with them, large enough for that file system.
make_image()
{
	cp "$tests/$1.img" $image && truncate -s 128M $image && fill $image "$1"
}
# unchanged COMMAND...: does it leave the image as it was, and all loop devices free?
unchanged()
{
	sum=$(sha256sum $image)
	"$@" && [ "$sum" = "$(sha256sum $image)" ] &&
		! losetup -a | grep loop
}
expect "a slot's manifest is made" sign_slot $keys/dev.key $keys/certs.pem
expect "preflight: a slot that the kernel would take" \
	says 0 "^$slot: is good here: 1 manifest, 1 files$" vxload preflight $slot
expect "preflight names the signer as Junos does" \
	says 0 '^Verified manifest signed by .* method ECDSA256+SHA256$' \
	vxload preflight $slot
vxsign keygen --cn Outsider --key /tmp/Outsider.key --cert /tmp/Outsider.pem
sign_slot /tmp/Outsider.key /tmp/Outsider.pem
expect "preflight: one that it would not" \
	says 1 "^$slot: etc/veriexec/manifest: signer Outsider is not trusted" \
	vxload preflight -c /tmp/Outsider.pem $slot
sign_slot $keys/revoked.key $keys/revoked.crt
expect "preflight: one whose signer is revoked" \
	says 1 "manifest: certificate of RevokedDevelopment_2026 is revoked" \
	vxload preflight -c $keys/revoked.crt $slot
expect "preflight loads nothing" says 0 '^inactive$' vxload --state
sign_slot $keys/dev.key $keys/certs.pem
for fs in ext4 xfs btrfs; do
	expect "preflight: an image of $fs is made" make_image $fs
	expect "preflight: it is good" unchanged says 0 "^$image: is good here" \
		vxload preflight $image
	mount -t $fs $image $at && echo >>$at/bin/program && umount $at
	expect "preflight: it was changed" unchanged \
		says 1 "^$image: changed bin/program: sha256 is " \
		vxload preflight $image
done
expect "preflight: an image of xfs is made" make_image xfs
mount -t xfs $image $at && echo >>$at/bin/program && sync
cp $image $image.open && umount $at && mv $image.open $image
expect "preflight: it was not unmounted" unchanged \
	says 2 "$image: was not unmounted" vxload preflight $image
for fs in squashfs erofs; do
	cp "$tests/$fs.img" $image
	expect "preflight: an image of $fs without a manifest" unchanged \
		says 1 "^$image: has no manifest" vxload preflight $image
done
truncate -s 0 $image
truncate -s 4M $image
expect "preflight: no file system" unchanged \
	says 2 "$image: holds no file system" vxload preflight $image
expect "preflight: a disk is made" sh -c "
	cat $tests/ext4.img /dev/zero | dd of=/dev/ram0 bs=1M count=128 &&
	mount -t ext4 /dev/ram0 $at && cp -a $slot/. $at && umount $at"
expect "preflight: it is good" says 0 '^/dev/ram0: is good here' \
	vxload preflight /dev/ram0
expect "preflight: so are it and the slot" says 0 '^/dev/ram0: is good here' \
	vxload preflight $slot /dev/ram0
mount -t ext4 -o ro /dev/ram0 $at
expect "preflight: it is mounted" says 2 '/dev/ram0: is in use' \
	vxload preflight /dev/ram0
expect "preflight: its directory is good" says 0 "^$at: is good here" \
	vxload preflight $at
umount $at

# What a load would change, before each load
dry_run()
{
	vxload --dry-run -C $root "$@"
}
expect "--dry-run: all of it is new" \
	says 0 '^/tmp/one: would be loaded: 1 new, 0 changed' dry_run /tmp/one
expect "--dry-run: it names each file" says 0 '^new bin/listed$' dry_run /tmp/one
expect "--dry-run: a forged one would be refused" \
	says 1 '^would be refused: /tmp/forged' dry_run /tmp/forged
expect "--dry-run loads nothing" says 0 '^inactive$' vxload --state
expect "a load names the signer as Junos does" \
	says 0 '^Verified one signed by .* method ECDSA256+SHA256$' \
	vxload -C $root /tmp/one
expect "it is loaded" says 0 '^loaded$' vxload --state
expect "-i says yes" silent 0 vxload -i loaded
expect "--dry-run: the same once more" \
	says 0 'in the place of version 2: 0 new, 0 changed, 0 missing, 0 gone' \
	dry_run /tmp/one
expect "--dry-run: an older version would be refused" \
	says 1 'version 2 of one is loaded, which is newer than 1' \
	dry_run /tmp/older
expect "an older version is refused" says 1 'newer version' \
	vxload -C $root /tmp/older
expect "--list shows manifest and file" says 0 'bin/listed' vxload --list
expect "--list --json is an object" says 0 '^{"manifests":\[{"name":"one"' \
	vxload --list --json
expect "-l shows flags and label" says 0 '^no_ptrace,label=web$' \
	vxload -l $root/bin/listed
expect "--check says yes, and by whose word" says 0 \
	': verified; manifest .* signed by PackageDevelopmentECP256_2026$' \
	vxload --check $root/bin/listed
expect "--check says no, and why" says 1 \
	': not verified: file is in no manifest$' vxload --check $root/bin/late
expect "-x is the same" says 1 ': not verified: file is in no manifest$' \
	vxload -x $root/bin/late
expect "--why says what to do" says 1 \
	"^  to do: list it: the rule \"${root#/}/bin/late\" for vxsign" \
	vxload --why $root/bin/late
expect "--why has nothing against what is verified" says 0 \
	': verified; manifest ' vxload --why $root/bin/listed
# Signers have the names here that the kernel gives them.
# fit FIELD: a name of the kernel's, fit for people as the tools make it.
fit()
{
	# shellcheck disable=SC2059
	printf "$(printf '%s' "$1" | sed 's/%\(..\)/\\x\1/g')" |
		LC_ALL=C tr -c ' -~' '?'
}
# named NAME: a signer of that name signs two versions of a manifest. The tools use the
# kernel's name, and find by it what they have remembered of the first version.
named()
{
	named=$((${named:-0} + 1))
	for version in 1 2; do
		vxsign generate --root /tmp/theirs --name "named-$named" \
			--version $version -o /tmp/named.text &&
			"$tests/sign_manifest" "$1" $keys/dev.key $keys/dev.crt \
				/tmp/named.text /tmp/named.$version || return
	done
	says 0 "^Verified named.2 signed" vxload -C /tmp/theirs \
		--versions /tmp/named.versions /tmp/named.2 &&
		vxload --versions /tmp/named.versions --commit || return
	kernel=$(sed -n "s/^named-$named	2	\([^	]*\)	.*/\1/p" \
		/sys/kernel/security/veriexec/manifests)
	echo "the kernel has $kernel"
	shown=$(fit "$kernel")
	says 0 "^signer  *${shown:--} method " vxsign show /tmp/named.2 &&
		says 0 "^manifest named-$named version 2 signed by ${shown:--} (added)" \
			vxload --list &&
		says 0 "^named-$named 2 ${kernel:--}$" cat /tmp/named.versions &&
		says 1 "refused: is version 1 of named-$named, and 2" \
			vxload -C /tmp/theirs --versions /tmp/named.versions \
			/tmp/named.1
}
mkdir -p /tmp/theirs/bin
cp "$tests/probe" /tmp/theirs/bin/theirs
for subject in "/CN=One/CN=Two" "/O=Company/CN=Customer" \
	"/O=Company Limited/CN=Company Customer" "/O=Company/CN=Company" \
	"/O=Compani Limited/CN=Company" "/OU=Unit" "/O=Company" \
	"/emailAddress=a@b" "/O=Company/emailAddress=a@b" "/CN=Müller" \
	"/O=Ä/CN=Müller" "!/CN=Wide" "!/O=Wide/CN=Customer"; do
	expect "the kernel's name of $subject" named "$subject"
done
expect "--activate" silent 0 vxload --activate
expect "-z is the same, and again no error" silent 0 vxload -z active
expect "it is active" says 0 '^loaded active$' vxload --state

# What enforce would deny
# listen: starts --monitor, and returns once it listens.
listen()
{
	vxload --monitor "$@" >/tmp/monitor 2>&1 &
	monitor=$!
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		! awk '$2 == 9 && $4 == "00000001"' /proc/net/netlink |
			grep -q . || return 0
		sleep 1
	done
	return 1
}
# heard PATTERN: what it said, and how it ended when it was told to
heard()
{
	for _ in 1 2 3 4 5; do
		! grep -q -e "$1" /tmp/monitor || break
		sleep 1
	done
	kill "$monitor" && wait "$monitor" && cat /tmp/monitor &&
		grep -q -e "$1" /tmp/monitor
}
expect "--would-deny: nothing yet" says 0 '^nothing would be denied' \
	vxload --would-deny
expect "--monitor listens" listen
expect "an unlisted program runs while active" silent 0 $root/bin/late ok
expect "--monitor sees it, and ends when it is told to" \
	heard "Z would be denied: exec of $root/bin/late by .*: file is in no manifest"
expect "--would-deny shows it" \
	says 1 "1 exec of $root/bin/late by .*: file is in no manifest, 20" \
	vxload --would-deny
expect "in JSON, too" says 1 '"op":"exec","cause":"not-listed"' \
	vxload --would-deny --json
expect "as a rule" says 1 "^${root#/}/bin/late$" vxload --would-deny --as-rules
expect "which vxsign takes" sh -c "
	vxload --would-deny --as-rules | sed 's,^${root#/}/,,' >/tmp/rules
	vxsign generate --root $root --exclude bin/listed --rules /tmp/rules |
		grep '^bin/late '"
expect "--metrics counts it" \
	says 0 '^veriexec_would_deny_total{op="exec",cause="not-listed"} 1$' \
	vxload --metrics
expect "--metrics tells the state" \
	says 0 '^veriexec_state{state="active"} 1$' vxload --metrics
expect "--metrics counts loads and refusals" sh -c '
	vxload --metrics /tmp/metrics.prom &&
	grep -x "veriexec_loads_total [1-9][0-9]*" /tmp/metrics.prom &&
	grep -x "veriexec_loads_refused_total [1-9][0-9]*" /tmp/metrics.prom'

expect "--enforce" silent 0 vxload --enforce
expect "--monitor listens in JSON" listen --json
expect "a listed program runs" silent 0 $root/bin/listed ok
expect "an unlisted one does not" says 126 'Permission denied' \
	sh -c "$root/bin/late ok"
expect "--monitor sees it" heard \
	"\"denied\":true,\"op\":\"exec\",\"cause\":\"not-listed\",.*\"path\":\"$root/bin/late\""
expect "--metrics counts it" \
	says 0 '^veriexec_denials_total{op="exec",cause="not-listed"} [1-9]' \
	vxload --metrics
expect "--dry-run: what another manifest would add" \
	says 0 '^new bin/late$' dry_run /tmp/two
expect "more is loaded" says 0 '^Verified two signed by' vxload -C $root /tmp/two
expect "it runs then" silent 0 $root/bin/late ok

# The tools do not believe what somebody mounts in the kernel's place.
# covered HOW COMMAND...: runs it in a mount namespace of its own, with a lie there.
covered()
{
	# shellcheck disable=SC2016
	unshare -m sh -c '
		cd /sys/kernel/security/veriexec || exit 9
		case $1 in
		folder)
			mount -t tmpfs none . && cd "$PWD" || exit 9
			echo inactive >state && : >manifest
			;;
		file)
			echo inactive >/tmp/lie && mount --bind /tmp/lie state
			;;
		itself)
			mount --bind . .
			;;
		esac || exit 9
		shift
		cd / && exec "$@"' sh "$@"
}
expect "a folder that covers the kernel's is refused" \
	says 2 "state: is not the kernel's" covered folder vxload --state
expect "no manifest is given to it" says 2 "manifest: is not the kernel's" \
	covered folder vxload -C $root /tmp/two
expect "a file that covers the kernel's is refused" \
	says 2 "state: is not the kernel's" covered file vxload --state
expect "the kernel's own, mounted once more, is believed" \
	says 0 '^loaded active enforce$' covered itself vxload --state

# A customer
# issue NAME [OPTION]...: a key whose certificate the vendor has issued.
issue()
{
	issued=$1
	shift
	vxsign keygen --cn "$issued" --key "/tmp/$issued.key" \
		--cert "/tmp/$issued.pem" --issuer-cert $keys/dev.crt \
		--issuer-key $keys/dev.key "$@"
}

# customer_signs FROM TO [ROOT]: as the customer, whose certificate stays out.
customer_signs()
{
	vxsign sign --key /tmp/Customer.key --cert /tmp/Customer.pem \
		-o "$2" "$1"
}
expect "a customer's certificate is issued" issue Customer --ca
expect "and one that he issues" vxsign keygen --cn Partner \
	--key /tmp/Partner.key --cert /tmp/Partner.pem \
	--issuer-cert /tmp/Customer.pem --issuer-key /tmp/Customer.key
expect "a stranger makes one himself" vxsign keygen --cn Stranger \
	--key /tmp/Stranger.key --cert /tmp/Stranger.pem
cp "$tests/probe" $root/bin/customers
vxsign generate --root $root --name customers --version 1 \
	--exclude bin/listed --exclude bin/late -o /tmp/plain
sed 's/\(customers .*\)/\1 trusted/' /tmp/plain >/tmp/greedy
sed 's/%name customers/%name one/' /tmp/plain >/tmp/namesake
for name in plain greedy namesake; do
	customer_signs /tmp/$name /tmp/$name.signed
done
expect "a stranger's certificate is refused" \
	says 1 'Stranger: refused by .veriexec: nobody in the keyring has issued it' \
	vxload --add-cert /tmp/Stranger.pem
expect "a file that is no certificate is refused" \
	says 2 'is not a certificate' vxload --add-cert /tmp/plain
expect "certificates are added in any order" \
	says 0 '^added Partner$' vxload -v --add-cert /tmp/Partner.pem \
	/tmp/Customer.pem
expect "the customer is not the vendor" says 1 'what its signer may not' \
	vxload -C $root -c $keys/certs.pem /tmp/greedy.signed
expect "nor takes his manifest's name" says 1 'what its signer may not' \
	vxload -C $root -c $keys/certs.pem /tmp/namesake.signed
expect "what he has does not run" says 126 'Permission denied' \
	sh -c "$root/bin/customers ok"
mkdir -p /tmp/customer/etc/veriexec
cp -a $root/. /tmp/customer
for name in plain greedy; do
	cp /tmp/$name.signed /tmp/customer/etc/veriexec/manifest
	case $name in
	plain) wanted="is good here: 1 manifest, 1 files" status=0 ;;
	greedy) wanted="an added signer may not give" status=1 ;;
	esac
	expect "preflight knows the customer: $name" \
		says "$status" "$wanted" vxload preflight /tmp/customer
done
expect "but is loaded" says 0 '^Verified plain.signed signed by Customer' \
	vxload -C $root /tmp/plain.signed
expect "and runs" silent 0 $root/bin/customers ok
expect "--list tells who he is" \
	says 0 '^manifest customers version 1 signed by Customer (added)' \
	vxload --list
expect "beside his file, too" says 0 'bin/customers .* signed by Customer$' \
	vxload --list

# Revoked signers
vxsign sign --key $keys/revoked.key --cert $keys/revoked.crt -o /tmp/revoked \
	/tmp/plain
expect "-S asks the kernel who is revoked" \
	says 1 '/tmp/revoked: certificate of RevokedDevelopment_2026 is revoked' \
	vxload -S -C $root -c $keys/revoked.crt /tmp/revoked
expect "without it the kernel refuses him" says 1 'finds its signature' \
	vxload -C $root -c $keys/revoked.crt /tmp/revoked
expect "-S lets who is not revoked" says 0 '^Verified plain.signed' \
	vxload -S -C $root /tmp/plain.signed
expect "the customer is revoked" "$tests/blacklist" $keys/system.key \
	$keys/system.crt /tmp/Customer.pem
expect "-S says so" says 1 'certificate of Customer is revoked' \
	vxload -S -C $root /tmp/plain.signed
expect "so says the kernel" says 1 'finds its signature' \
	vxload -C $root /tmp/plain.signed
expect "he is not added again" says 1 'or it is revoked' \
	vxload --add-cert /tmp/Customer.pem
expect "what he has loaded stays" silent 0 $root/bin/customers ok

# Versions, as of an earlier boot
echo 'one 9' >/tmp/versions
expect "a version older than one of before" \
	says 1 'is version 2 of one, and 9 was loaded before' \
	vxload --versions /tmp/versions -C $root /tmp/one
echo 'one 1' >/tmp/versions
expect "one that is not" says 0 '^Verified one' \
	vxload --versions /tmp/versions -C $root /tmp/one
expect "it is not remembered at once" grep -qx 'one 1' /tmp/versions
expect "but when it is committed" says 0 '^one: raised from 1 to 2$' \
	vxload --versions /tmp/versions --commit
expect "with all that is loaded" grep -qx 'two 1' /tmp/versions
expect "and whose it is" grep -qx 'customers 1 Customer' /tmp/versions
expect "to commit it again is nothing" silent 0 \
	vxload --versions /tmp/versions --commit
echo 'one 3' >/tmp/versions
expect "a version is never lowered" \
	says 1 'should not be: is version 2 of one, and 3 was loaded' \
	vxload --versions /tmp/versions --commit
expect "nor forgotten" grep -qx 'one 3' /tmp/versions
expect "without UEFI there are no variables" \
	says 2 'this machine was not started by UEFI' \
	vxload --versions efi -C $root /tmp/one

# Fingerprints
expect "a fingerprint is revoked" sh -c "
	vxsign generate --revoke-file $root/bin/customers -o /tmp/takes-back &&
	vxsign sign --key $keys/dev.key --cert $keys/dev.crt /tmp/takes-back &&
	vxload /tmp/takes-back"
expect "it does not run any more" says 126 'Permission denied' \
	sh -c "$root/bin/customers ok"
expect "--list says why" says 0 '^revoked .* bin/customers ' vxload --list
expect "--lock" silent 0 vxload --lock
expect "all states hold" says 0 '^loaded active enforce locked$' vxload --state
expect "--dry-run: what is loaded already" says 0 'would be loaded' \
	dry_run /tmp/one
make_manifest /tmp/three --name three --version 1
expect "--dry-run: nothing else when locked" says 1 'the state is locked' \
	dry_run /tmp/three
expect "nothing is loaded when locked" says 1 'locked' vxload -C $root /tmp/two
finish
