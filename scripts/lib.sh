# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What every script here shares: where things are, how messages look, and how
# missing packages are installed. It is sourced after "top" was set to the
# checkout, builds nothing, and prints only to standard error.

: "${top:?must be set to the checkout before this file is sourced}"

# Everything that is built goes below here.
BUILD=${BUILD:-$top/build}
case $BUILD in
/*) ;;
*) BUILD=$PWD/$BUILD ;;
esac
export BUILD

# What this script calls itself in messages.
program=${0##*/}

# When the first of the scripts began that call each other.
VERIEXEC_BEGAN=${VERIEXEC_BEGAN:-$(date +%s)}
export VERIEXEC_BEGAN

# elapsed: how long that is ago, in minutes and seconds
elapsed()
{
	elapsed=$(($(date +%s) - VERIEXEC_BEGAN))
	printf '%d:%02d' $((elapsed / 60)) $((elapsed % 60))
}

# A step that begins, for a person who watches.
step()
{
	printf '==> %5s  %s\n' "$(elapsed)" "$*" >&2
}

# logged NAME COMMAND...: what it says goes to a log, of which the end is shown if it
# fails.
logged()
{
	logged=$BUILD/logs/$1.log
	shift
	mkdir -p "$BUILD/logs"
	"$@" >"$logged" 2>&1 </dev/null && return 0
	tail -n 20 "$logged" >&2
	note "the end of $logged, which has all of it"
	return 1
}

# What a person may want to know about the step.
note()
{
	printf '    %s\n' "$*" >&2
}

# The work could not be done.
die()
{
	printf '%s: %s\n' "$program" "$*" >&2
	exit 1
}

# The command line makes no sense, or the system lacks what is needed.
usage_error()
{
	printf '%s: %s\n' "$program" "$*" >&2
	printf 'Try "%s --help".\n' "$program" >&2
	exit 2
}

# Runs a command as root.
as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null 2>&1; then
		sudo env VERIEXEC_BEGAN="$VERIEXEC_BEGAN" "$@"
	else
		die "'$1' must run as root, and there is no sudo"
	fi
}

package_installed()
{
	[ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

apt_install()
{
	logged apt-install as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -q \
		-o DPkg::Lock::Timeout=600 \
		install --no-install-recommends "$@"
}

apt_update()
{
	logged apt-update as_root apt-get -q -o DPkg::Lock::Timeout=600 update
}

# need_packages PACKAGE...
# Installs those Debian packages that are missing. The package lists are only
# fetched where the ones at hand do not do.
need_packages()
{
	need_missing=
	if ! command -v dpkg-query >/dev/null 2>&1; then
		note "not a Debian system: make sure that you have the like of: $*"
		return 0
	fi
	for need_package; do
		package_installed "$need_package" ||
			need_missing="$need_missing $need_package"
	done
	[ -n "$need_missing" ] || return 0
	step "Installing$need_missing"
	# shellcheck disable=SC2086 # a list of words
	apt_install $need_missing && return 0
	note "with fresh package lists"
	apt_update || die "the package lists cannot be fetched"
	# shellcheck disable=SC2086 # a list of words
	apt_install $need_missing || die "cannot install$need_missing"
}

# replace_if_changed NEW FILE
# Moves NEW to FILE, unless FILE says the same already: then FILE keeps its
# time stamp, so that nothing is built anew. Tells by status whether it did.
replace_if_changed()
{
	if cmp -s "$1" "$2"; then
		rm -f "$1"
		return 1
	fi
	mv -f "$1" "$2"
}

# change_byte FILE OFFSET
# Makes one byte another.
change_byte()
{
	printf '%b' "\\0$(printf '%o' \
		$((($(od -An -tu1 -j "$2" -N 1 "$1") + 1) % 256)))" |
		dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# make_scratch
# Makes a temporary folder, named by $scratch, that goes away with the script.
make_scratch()
{
	scratch=$(mktemp -d "${TMPDIR:-/tmp}/veriexec.XXXXXX")
	trap 'rm -rf "$scratch"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
}

# steps_passed LOG SCRIPT...
# What a guest was to show is what stands in the scripts that ran there: prints
# the plan that these make, and fails unless the transcript says of each of their
# steps that it passed.
steps_passed()
{
	steps_log=$1
	steps_bad=0
	steps_count=0
	shift
	while read -r steps_name; do
		steps_count=$((steps_count + 1))
		if ! grep -a -q -x -F "ok - $steps_name" "$steps_log"; then
			note "did not come out right: $steps_name"
			steps_bad=$((steps_bad + 1))
		fi
	done <<EOF
$(sed -n 's/^begin "\(.*\)"$/\1/p' "$@")
EOF
	printf '1..%d\n' "$steps_count"
	[ "$steps_bad" -eq 0 ] || die "$steps_bad of $steps_count steps failed"
	step "All $steps_count steps came out right"
}
