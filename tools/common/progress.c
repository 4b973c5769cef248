// SPDX-License-Identifier: GPL-2.0-only
/*
 * The progress bar: one line on standard error, redrawn in place, and only if
 * that is a terminal. Any thread may step it.
 */

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"

#define BAR_WIDTH	40
#define REDRAW_NS	100000000L

/* @lock guards all of it. */
static struct {
	pthread_mutex_t lock;
	const char *what;
	size_t total;
	size_t done;
	struct timespec drawn;
	bool on;
	bool visible;
} bar = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void draw(void)
{
	static const char full[] = "########################################";
	int width = (int)(bar.done * BAR_WIDTH / bar.total);

	fprintf(stderr, "\r%s [%-*.*s] %zu/%zu", bar.what, BAR_WIDTH, width,
		full, bar.done, bar.total);
	fflush(stderr);
	bar.visible = true;
}

static void clear(void)
{
	if (bar.visible)
		fputs("\r\033[K", stderr);
	bar.visible = false;
}

/**
 * progress_start() - show a bar, if standard error is a terminal
 * @what: goes on; kept, not copied
 * @total: number of steps that make the whole
 */
void progress_start(const char *what, size_t total)
{
	pthread_mutex_lock(&bar.lock);
	bar.what = what;
	bar.total = total;
	bar.done = 0;
	bar.on = total && isatty(STDERR_FILENO);
	memset(&bar.drawn, 0, sizeof(bar.drawn));
	pthread_mutex_unlock(&bar.lock);
}

/**
 * progress_step() - one step is done
 */
void progress_step(void)
{
	struct timespec now;
	long long passed;

	pthread_mutex_lock(&bar.lock);
	if (bar.on && bar.done < bar.total) {
		bar.done++;
		clock_gettime(CLOCK_MONOTONIC, &now);
		passed = (now.tv_sec - bar.drawn.tv_sec) * 1000000000LL +
			 (now.tv_nsec - bar.drawn.tv_nsec);
		if (passed >= REDRAW_NS) {
			bar.drawn = now;
			draw();
		}
	}
	pthread_mutex_unlock(&bar.lock);
}

/**
 * progress_clear() - make room for another line
 */
void progress_clear(void)
{
	pthread_mutex_lock(&bar.lock);
	clear();
	pthread_mutex_unlock(&bar.lock);
}

/**
 * progress_end() - take the bar away
 */
void progress_end(void)
{
	pthread_mutex_lock(&bar.lock);
	clear();
	bar.on = false;
	pthread_mutex_unlock(&bar.lock);
}
