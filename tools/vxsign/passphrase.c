// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks for a passphrase on the terminal, without showing it, and leaves the
 * terminal as it was, whatever happens meanwhile.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <mbedtls/platform_util.h>

#include "message.h"
#include "passphrase.h"

#define PASSPHRASE_MAX	1024

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };

#define SIGNAL_COUNT	(sizeof(signals) / sizeof(signals[0]))

static volatile sig_atomic_t caught;

static void note(int number)
{
	caught = number;
}

/* Reads up to the end of the line. Returns 0 or a negative errno. */
static int read_line(int tty, struct buffer *line)
{
	char text[PASSPHRASE_MAX];
	size_t len = 0;
	ssize_t got;
	int ret = 0;
	char c;

	for (;;) {
		got = read(tty, &c, 1);
		if (got <= 0 || c == '\n')
			break;
		if (len == sizeof(text)) {
			ret = -EFBIG;
			break;
		}
		text[len++] = c;
	}
	if (got < 0)
		ret = -errno;
	if (!ret)
		ret = buffer_add(line, text, len);
	mbedtls_platform_zeroize(text, sizeof(text));
	return ret;
}

static int ask_silently(int tty, const char *what, struct buffer *passphrase)
{
	/* Without SA_RESTART, so that they end the reading. */
	const struct sigaction action = { .sa_handler = note };
	struct sigaction before[SIGNAL_COUNT];
	struct termios shown, silent;
	size_t i;
	int ret;

	if (tcgetattr(tty, &shown))
		return -ENOTTY;
	silent = shown;
	silent.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	caught = 0;
	for (i = 0; i < SIGNAL_COUNT; i++)
		sigaction(signals[i], &action, &before[i]);
	tcsetattr(tty, TCSAFLUSH, &silent);
	dprintf(tty, "Passphrase of %s: ", what);
	ret = read_line(tty, passphrase);
	tcsetattr(tty, TCSAFLUSH, &shown);
	dprintf(tty, "\n");
	for (i = 0; i < SIGNAL_COUNT; i++)
		sigaction(signals[i], &before[i], NULL);
	if (caught)
		raise(caught);
	return ret;
}

/**
 * passphrase_ask() - ask for a passphrase
 * @what: it is for
 * @passphrase: zeroed; filled
 *
 * Return: 0; %-ENOTTY, not reported, if there is no terminal to ask on; or
 * another negative errno, reported.
 */
int passphrase_ask(const char *what, struct buffer *passphrase)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	int ret;

	if (tty < 0)
		return -ENOTTY;
	ret = ask_silently(tty, what, passphrase);
	close(tty);
	if (ret && ret != -ENOTTY)
		message("%s: its passphrase cannot be read: %s", what, strerror(-ret));
	return ret;
}
