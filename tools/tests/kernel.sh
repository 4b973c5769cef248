# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A kernel for vxload that is a directory of plain files, compiled in, of a program
# that is the tests' own: its fstatfs(2) takes that directory for securityfs, and
# its write(2) logs each request and answers as the test wants. Beside it there is
# firmware, in $efi, taken for efivarfs.

# fake_kernel NAME: $vxload talks to the files in $sys. The test's own name keeps
# them apart from those of another that runs at the same time.
fake_kernel() {
	kernel_build=$BUILT/kernel-$1
	mkdir -p "$kernel_build"
	sys=$kernel_build/sys
	efi=$kernel_build/efi
	vxload=$kernel_build/vxload
	export sys
	answer_source >"$kernel_build/answer.c"
	quietly cc -c -D_GNU_SOURCE -DVX_SECURITYFS="\"$sys\"" \
		-DVX_EFIVARS="\"$efi\"" -o "$kernel_build/answer.o" \
		"$kernel_build/answer.c"
	rm -f "$vxload"
	quietly make -s -C "$(dirname "$TESTS")" O="$kernel_build" \
		"$BUILD_OPTION" \
		CFLAGS="-O1 -g -DVX_SECURITYFS='\"$sys\"' -DVX_EFIVARS='\"$efi\"' -DVX_AUDIT_LOG='\"$sys/audit.log\"' -DVX_KMSG='\"$sys/kmsg\"'" \
		LDFLAGS="$kernel_build/answer.o -Wl,--wrap=write -Wl,--wrap=fstatfs -Wl,--wrap=ioctl -Wl,--wrap=socket -Wl,--wrap=bind -Wl,--wrap=recvmsg" \
		"$vxload"
}

# $sys/answer-FILE holds what write(2) to FILE gives: an errno, "short", or
# "again": EINTR once. A manifest that is taken appears in $sys/manifests.
# $sys/why-NAME holds the line that check gives for a file of that name; it is not
# verified if the outcome there is "denied".
# With $sys/covered there, it is not securityfs; with $sys/hidden it does not appear.
# $sys/answer-efi is for variables, also "lie": nothing is done then; and with $sys/covered-efi $efi is not efivarfs.
# Who signs what is set the firmware does not look at here, but it wants the file
# mutable, as $sys/mutable tells, or new.
# $sys/answer-socket and $sys/answer-bind hold the errno of listening to the audit.
# What it then has to tell are the lines of $sys/messages: "lost", "empty", or SENDER
# TYPE TEXT; and after the last SIGTERM.
answer_source() {
	cat <<'END'
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/netlink.h>

int __real_fstatfs(int fd, struct statfs *fs);
int __wrap_fstatfs(int fd, struct statfs *fs);

int __wrap_fstatfs(int fd, struct statfs *fs)
{
	int ret = __real_fstatfs(fd, fs);
	char link[64], path[512];
	ssize_t n;

	if (ret)
		return ret;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	path[n > 0 ? n : 0] = '\0';
	if (!strcmp(path, VX_SECURITYFS) &&
	    access(VX_SECURITYFS "/covered", F_OK))
		fs->f_type = SECURITYFS_MAGIC;
	if (!strcmp(path, VX_EFIVARS) &&
	    access(VX_SECURITYFS "/covered-efi", F_OK))
		fs->f_type = EFIVARFS_MAGIC;
	return ret;
}

int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	static const char mutable[] = VX_SECURITYFS "/mutable";
	va_list args;
	void *arg;
	FILE *f;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	if (request == FS_IOC_GETFLAGS)
		*(int *)arg = access(mutable, F_OK) ? FS_IMMUTABLE_FL : 0;
	else if (request != FS_IOC_SETFLAGS)
		return __real_ioctl(fd, request, arg);
	else if (*(int *)arg & FS_IMMUTABLE_FL)
		unlink(mutable);
	else if ((f = fopen(mutable, "w")))
		fclose(f);
	return 0;
}

static int answer_to(const char *call)
{
	char name[600];
	int answer = 0;
	FILE *f;

	snprintf(name, sizeof(name), VX_SECURITYFS "/answer-%s", call);
	f = fopen(name, "r");
	if (f && fscanf(f, "%d", &answer) != 1)
		abort();
	if (f)
		fclose(f);
	errno = answer;
	return answer ? -1 : 0;
}

int __real_socket(int domain, int type, int protocol);
int __wrap_socket(int domain, int type, int protocol);

int __wrap_socket(int domain, int type, int protocol)
{
	if (domain != AF_NETLINK || protocol != NETLINK_AUDIT)
		return __real_socket(domain, type, protocol);
	return answer_to("socket") ?: open("/dev/zero", O_RDONLY | O_CLOEXEC);
}

int __wrap_bind(int fd, const struct sockaddr_nl *address, socklen_t len);

int __wrap_bind(int fd, const struct sockaddr_nl *address, socklen_t len)
{
	/* The group that the kernel tells who may read the audit trail */
	if (len != sizeof(*address) || address->nl_groups != 1)
		abort();
	return answer_to("bind");
}

ssize_t __wrap_recvmsg(int fd, struct msghdr *m, int flags);

ssize_t __wrap_recvmsg(int fd, struct msghdr *m, int flags)
{
	static FILE *messages;
	static char line[20000];
	struct sockaddr_nl *from = m->msg_name;
	struct nlmsghdr head = { 0 };
	char *buf = m->msg_iov->iov_base;
	unsigned int sender, type;
	int begin;

	if (!messages)
		messages = fopen(VX_SECURITYFS "/messages", "r");
	if (!messages || !fgets(line, sizeof(line), messages)) {
		raise(SIGTERM);
		errno = EAGAIN;
		return -1;
	}
	line[strcspn(line, "\n")] = '\0';
	if (!strcmp(line, "empty"))
		return 0;
	if (sscanf(line, "%u %u %n", &sender, &type, &begin) != 2) {
		errno = strcmp(line, "lost") ? EIO : ENOBUFS;
		return -1;
	}
	*from = (struct sockaddr_nl){ .nl_family = AF_NETLINK, .nl_pid = sender };
	head.nlmsg_type = type;
	memcpy(buf, &head, sizeof(head));
	strcpy(buf + sizeof(head), line + begin);
	return (ssize_t)(sizeof(head) + strlen(line + begin));
}

static void word_after(const char *text, size_t len, const char *directive,
		       char *word)
{
	const char *at = memmem(text, len, directive, strlen(directive));

	strcpy(word, "-");
	if (at && (at == text || at[-1] == '\n'))
		sscanf(at + strlen(directive), "%63s", word);
}

static void show_manifest(const char *text, size_t len)
{
	FILE *f = fopen(VX_SECURITYFS "/manifests", "a+");
	char name[64], version[64], known[256], line[256];
	bool shown = false;

	/* A test may want that nothing is shown. */
	if (!f || !access(VX_SECURITYFS "/hidden", F_OK)) {
		if (f)
			fclose(f);
		return;
	}
	word_after(text, len, "%name ", name);
	word_after(text, len, "%version ", version);
	snprintf(known, sizeof(known), "%s\t%s\t", name, version);
	while (fgets(line, sizeof(line), f))
		shown |= !strncmp(line, known, strlen(known));
	if (!shown)
		fprintf(f, "%svendor\tECDSA256+SHA256\t1\t0\tbuiltin\n", known);
	fclose(f);
}

ssize_t __real_write(int fd, const void *data, size_t len);
ssize_t __wrap_write(int fd, const void *data, size_t len);

/* The firmware keeps the attributes and what is behind the descriptor. */
static ssize_t set_variable(int fd, const char *data, size_t len)
{
	unsigned int size;
	struct stat st;

	memcpy(&size, data + 20, sizeof(size));
	if (fstat(fd, &st) || len < 44 || size > len - 20)
		abort();
	if (st.st_size && access(VX_SECURITYFS "/mutable", F_OK)) {
		errno = EPERM;
		return -1;
	}
	if (ftruncate(fd, 0) || __real_write(fd, data, 4) < 0 ||
	    __real_write(fd, data + 20 + size, len - 20 - size) < 0)
		abort();
	return (ssize_t)len;
}

/* The answer to who asks for a file lies in $sys/why-NAME of the file, if anywhere. */
static int give_reason(int fd, const char *data, size_t len)
{
	char link[64], path[512] = "", name[800], line[1024];
	FILE *f;

	snprintf(link, sizeof(link), "/proc/self/fd/%.*s", (int)len, data);
	if (readlink(link, path, sizeof(path) - 1) < 0 || !strrchr(path, '/'))
		return 0;
	snprintf(name, sizeof(name), VX_SECURITYFS "/why-%s",
		 strrchr(path, '/') + 1);
	f = fopen(name, "r");
	if (ftruncate(fd, 0))
		abort();
	if (!f)
		return 0;
	if (!fgets(line, sizeof(line), f) ||
	    __real_write(fd, line, strlen(line)) < 0)
		abort();
	fclose(f);
	lseek(fd, 0, SEEK_SET);
	return strncmp(line, "denied", 6) ? 1 : -1;
}

ssize_t __wrap_write(int fd, const void *data, size_t len)
{
	char link[64], path[512], name[600], answer[32] = "";
	int reason;
	ssize_t n;
	FILE *f;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	path[n > 0 ? n : 0] = '\0';
	if (!strncmp(path, VX_EFIVARS "/", sizeof(VX_EFIVARS)))
		strcpy(path, VX_SECURITYFS "/efi");
	if (strncmp(path, VX_SECURITYFS "/", sizeof(VX_SECURITYFS)))
		return __real_write(fd, data, len);

	f = fopen(VX_SECURITYFS "/log", "a");
	if (!f)
		abort();
	if (len < 16)
		fprintf(f, "%s %.*s\n", path + sizeof(VX_SECURITYFS), (int)len,
			(const char *)data);
	else
		fprintf(f, "%s %zu bytes in %s\n",
			path + sizeof(VX_SECURITYFS), len,
			getcwd(link, sizeof(link)) ? link : "?");
	fclose(f);

	snprintf(name, sizeof(name), VX_SECURITYFS "/answer-%s",
		 path + sizeof(VX_SECURITYFS));
	if (!strcmp(path, VX_SECURITYFS "/check") &&
	    (reason = give_reason(fd, data, len))) {
		errno = EACCES;
		return reason < 0 ? -1 : (ssize_t)len;
	}
	f = fopen(name, "r");
	if (f) {
		if (!fgets(answer, sizeof(answer), f))
			abort();
		fclose(f);
	}
	if (!strcmp(answer, "again")) {
		unlink(name);
		errno = EINTR;
		return -1;
	}
	if (!strcmp(answer, "short"))
		return (ssize_t)len - 1;
	if (!strcmp(answer, "lie"))
		return (ssize_t)len;
	if (*answer) {
		errno = atoi(answer);
		return -1;
	}
	if (!strcmp(path, VX_SECURITYFS "/manifest") ||
	    !strcmp(path, VX_SECURITYFS "/replace"))
		show_manifest(data, len);
	if (!strcmp(path, VX_SECURITYFS "/efi"))
		return set_variable(fd, data, len);
	return __real_write(fd, data, len);
}
END
}

# kernel STATE...: a fresh kernel in these states.
kernel() {
	rm -rf "$sys"
	mkdir -p "$sys" "$efi"
	echo "$*" >"$sys/state"
	for file in manifest replace manifests entries images revoked check log; do
		: >"$sys/$file"
	done
	printf '%s\n' sha256 sha384 sha512 verity-sha256 >"$sys/algorithms"
	echo 5 >"$sys/level"
}

# answer FILE WHAT: what the kernel says to a write from now on.
answer() {
	printf %s "$2" >"$sys/answer-$1"
}

# asked NAME [LINE]...: the kernel was asked for this and for nothing else.
asked() {
	asked_name=$1
	shift
	: >asked
	[ $# -eq 0 ] || printf '%s\n' "$@" >asked
	if cmp -s asked "$sys/log"; then
		good "$asked_name"
	else
		bad "$asked_name" "not what was asked: $(cat "$sys/log")"
	fi
}

# same NAME FILE LINE...: FILE holds these lines.
same() {
	same_name=$1
	same_file=$2
	shift 2
	printf '%s\n' "$@" >wanted
	if cmp -s wanted "$same_file"; then
		good "$same_name"
	else
		bad "$same_name" "$(diff wanted "$same_file" | head -n 20)"
	fi
}

# -- Whom it trusts

ENOKEY=126
KEYRING=$PWD/keyring
export KEYRING
# preflight ARGUMENT...: which asks that keyring
preflight() {
	env LD_PRELOAD="$PROGRAMS/keyring.so" \
		ASAN_OPTIONS="$ASAN_OPTIONS:verify_asan_link_order=0" \
		"$vxload" preflight "$@"
}
# identifier NAME: of the key of NAME.pem
identifier() {
	openssl x509 -in "$1.pem" -noout -ext subjectKeyIdentifier | tail -n 1 |
		tr -d ' :' | tr A-F a-f
}
# trusts [NAME]...: a fresh kernel, whose keyring has these; nobody is revoked.
trusts() {
	kernel loaded
	rm -rf keyring
	mkdir keyring
	echo $ENOKEY >keyring/find.blacklist
	trusts_count=0
	for trusts_name; do
		echo "asymmetric;0;0;1f030000;$trusts_name: $(identifier "$trusts_name")" \
			>"keyring/key-$trusts_count"
		trusts_count=$((trusts_count + 1))
	done
}
