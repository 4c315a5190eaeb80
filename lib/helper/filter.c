/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helper/filter.h"

/* Numbers of calls mean nothing without it; 0: we know no numbers. */
#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#else
#define ARCHITECTURE 0u
#endif

static const uint32_t allowed[] = {
	SYS_read,
	SYS_write,
	SYS_sendto,
	SYS_close,
	SYS_munmap,
	SYS_mremap,
	SYS_madvise,
	SYS_brk,
	SYS_futex,
	SYS_clock_gettime,
	SYS_gettimeofday,
	SYS_getrandom,
	SYS_getpid,
	SYS_rt_sigaction,
	SYS_rt_sigprocmask,
	SYS_rt_sigreturn,
	SYS_restart_syscall,
	SYS_exit,
	SYS_exit_group,
};

#define COUNT (sizeof(allowed) / sizeof(allowed[0]))
#define HEAD 3 /* which architecture */
#define PROT 6 /* mmap and mprotect: nothing becomes executable */
#define TAIL 1 /* the end of it */
#define SIZE (HEAD + 1 + PROT + 2 * COUNT + TAIL)

struct program {
	unsigned short len;
	struct sock_filter steps[SIZE];
};

static void
add(struct program *program, uint16_t code, uint8_t yes, uint8_t no,
    uint32_t value)
{
	const struct sock_filter step = { code, yes, no, value };

	program->steps[program->len++] = step;
}

static void
add_load(struct program *program, size_t offset)
{
	add(program, BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)offset);
}

static void
add_end(struct program *program, uint32_t verdict)
{
	add(program, BPF_RET | BPF_K, 0, 0, verdict);
}

/* The number is loaded, and still is where the call is another. */
static void
add_memory(struct program *program)
{
	const size_t prot = offsetof(struct seccomp_data, args[2]);
	const size_t low = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0;

	add(program, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, SYS_mmap);
	add(program, BPF_JMP | BPF_JEQ | BPF_K, 0, 4, SYS_mprotect);
	add_load(program, prot + low);
	add(program, BPF_JMP | BPF_JSET | BPF_K, 0, 1, PROT_EXEC);
	add_end(program, SECCOMP_RET_KILL_PROCESS);
	add_end(program, SECCOMP_RET_ALLOW);
}

static void
write_program(struct program *program)
{
	add_load(program, offsetof(struct seccomp_data, arch));
	add(program, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, ARCHITECTURE);
	add_end(program, SECCOMP_RET_KILL_PROCESS);
	add_load(program, offsetof(struct seccomp_data, nr));
	add_memory(program);
	for (size_t i = 0; i < COUNT; i++) {
		add(program, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, allowed[i]);
		add_end(program, SECCOMP_RET_ALLOW);
	}
	add_end(program, SECCOMP_RET_KILL_PROCESS);
}

enum cardea_status
cardea_filter_compute(void)
{
	struct program program = { .len = 0 };
	struct sock_fprog filter = { .filter = program.steps };

	if (ARCHITECTURE == 0u ||
	    (prctl(PR_GET_SECCOMP, 0UL, 0UL, 0UL, 0UL) < 0 && errno == EINVAL))
		return CARDEA_OK;
	write_program(&program);
	filter.len = program.len;
	if (prctl(PR_SET_SECCOMP, (unsigned long)SECCOMP_MODE_FILTER, &filter,
		0UL, 0UL) == 0)
		return CARDEA_OK;
	/* EINVAL: filters were left out when this kernel was made */
	return errno == EINVAL ? CARDEA_OK : CARDEA_E_IO;
}
