/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How the sanitizers behave inside real programs: first in the box's
 * /etc/ld.so.preload, under a name that begins with libasan.so, before the
 * runtime itself, so that setuid programs and those started with an empty
 * environment take it, too.  Any file /tmp/asan.PID fails the run.
 */
#define EXPORT __attribute__((visibility("default")))

EXPORT const char *__asan_default_options(void);
EXPORT const char *__ubsan_default_options(void);

const char *
__asan_default_options(void)
{
	/* Leaks are for the unit tests: nobody here ends in an orderly way. */
	return "detect_leaks=0:log_path=/tmp/asan:exitcode=99:"
	       "detect_odr_violation=0";
}

const char *
__ubsan_default_options(void)
{
	return "print_stacktrace=1:log_path=/tmp/asan";
}
