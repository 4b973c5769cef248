// SPDX-License-Identifier: GPL-2.0-only
/*
 * vxload --monitor: tells of denials as they happen. The kernel sends what goes into the
 * audit trail to all who listen, whether there is an auditd or not.
 */

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/audit.h>
#include <linux/netlink.h>

#include "audit_record.h"
#include "commands.h"
#include "exit.h"
#include "message.h"
#include "record_print.h"

/* Longer than any message of the kernel's audit. */
#define MESSAGE_SIZE	65536U

/* So much may wait while somebody is slow to read what is printed, in bytes. */
#define BACKLOG		(4 << 20)

/* Whoever sends many messages does not keep the signals out. */
static int open_signals(void)
{
	sigset_t ours;
	int fd = -1;

	sigemptyset(&ours);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGTERM);
	if (!sigprocmask(SIG_BLOCK, &ours, NULL))
		fd = signalfd(-1, &ours, SFD_CLOEXEC);
	if (fd < 0)
		message("signals: %s", strerror(errno));
	return fd;
}

static int open_socket(void)
{
	const struct sockaddr_nl address = {
		.nl_family = AF_NETLINK,
		.nl_groups = 1U << (AUDIT_NLGRP_READLOG - 1),
	};
	const int backlog = BACKLOG;
	int fd;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
		    NETLINK_AUDIT);
	if (fd < 0) {
		message("the kernel's audit cannot be listened to: %s",
			errno == EPROTONOSUPPORT ? "this kernel has none" :
						   strerror(errno));
		return -1;
	}
	/* Where that much is not granted the usual must do. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &backlog,
		       sizeof(backlog)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &backlog,
			   sizeof(backlog));
	if (!bind(fd, (const struct sockaddr *)&address, sizeof(address)))
		return fd;
	message("the kernel's audit cannot be listened to: %s",
		errno == EPERM ? "that takes CAP_AUDIT_READ" :
				 strerror(errno));
	close(fd);
	return -1;
}

static void print_text(const struct audit_record *r)
{
	record_print_time(r->seconds);
	printf(" %s: ", r->denied ? "denied" : "would be denied");
	record_print_act(r->op, r->name, *r->exe ? r->exe : r->comm);
	printf(" (pid %" PRIu64 ", uid %" PRIu64 "): ", r->pid, r->uid);
	record_print_why(r->reason, r->cause, r->what);
	putchar('\n');
}

static void print_json(const struct audit_record *r)
{
	printf("{\"time\":%" PRIu64 ".%03" PRIu64 ",\"serial\":%" PRIu64
	       ",\"denied\":%s", r->seconds, r->millis, r->serial,
	       r->denied ? "true" : "false");
	record_print_member("op", r->op);
	record_print_member("cause", r->cause);
	record_print_member("reason", r->reason);
	record_print_member("what", r->what);
	record_print_path("path", r->name);
	record_print_member("device", r->dev);
	printf(",\"inode\":%" PRIu64, r->ino);
	record_print_path("program", r->exe);
	record_print_member("comm", r->comm);
	printf(",\"pid\":%" PRIu64 ",\"uid\":%" PRIu64 ",\"auid\":%" PRIu64
	       ",\"ses\":%" PRIu64 "}\n", r->pid, r->uid, r->auid, r->ses);
}

/* Whoever reads should see a line when it is there. Returns 0, or -1, reported. */
static int flush(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	message("standard output: %s", strerror(errno));
	return -1;
}

static int tell_lost(bool json)
{
	message("the kernel had more to tell than was read: messages are lost");
	if (json)
		puts("{\"lost\":true}");
	return flush();
}

/* The length in the header has meant different things in the life of the kernel. */
static int take(const char *buf, size_t len, bool json)
{
	static struct audit_record r;
	const char *cause;
	struct nlmsghdr head;

	if (len < NLMSG_HDRLEN)
		return 0;
	memcpy(&head, buf, sizeof(head));
	if (head.nlmsg_type != AUDIT_INTEGRITY_DATA)
		return 0;
	switch (audit_record_parse(buf + NLMSG_HDRLEN, len - NLMSG_HDRLEN, &r,
				   &cause)) {
	case AUDIT_RECORD:
		if (json)
			print_json(&r);
		else
			print_text(&r);
		return flush();
	case AUDIT_MALFORMED:
		message("a record is not as the kernel writes it: %s", cause);
		break;
	default:
		break;
	}
	return 0;
}

/* Returns 0, or -1, reported. */
static int receive(int fd, char *buf, bool json)
{
	struct sockaddr_nl from = { 0 };
	struct iovec part = { buf, MESSAGE_SIZE };
	struct msghdr m = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &part,
		.msg_iovlen = 1,
	};
	ssize_t len = recvmsg(fd, &m, 0);

	if (len < 0 && errno == ENOBUFS)
		return tell_lost(json);
	if (len < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (len < 0) {
		message("the kernel's audit: %s", strerror(errno));
		return -1;
	}
	/* Others can send to the group, too. */
	if (m.msg_namelen != sizeof(from) || from.nl_pid)
		return 0;
	return take(buf, (size_t)len, json);
}

static int listen_to(int fd, int signals, bool json)
{
	struct pollfd fds[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = fd, .events = POLLIN },
	};
	char *buf = malloc(MESSAGE_SIZE);
	int ret = 0;

	if (!buf) {
		message("out of memory");
		return -1;
	}
	while (!fds[0].revents && !ret) {
		ret = poll(fds, sizeof(fds) / sizeof(*fds), -1);
		if (ret < 0)
			message("the kernel's audit: %s", strerror(errno));
		else
			ret = fds[1].revents ? receive(fd, buf, json) : 0;
	}
	free(buf);
	return ret;
}

/**
 * cmd_monitor() - print each denial as it happens, until SIGINT or SIGTERM
 * @json: as an object a line instead
 *
 * Return: exit status.
 */
int cmd_monitor(bool json)
{
	int fd, signals;
	int ret = -1;

	fd = open_socket();
	if (fd < 0)
		return EXIT_TROUBLE;
	signals = open_signals();
	if (signals >= 0) {
		ret = listen_to(fd, signals, json);
		close(signals);
	}
	close(fd);
	return ret ? EXIT_TROUBLE : EXIT_YES;
}
