/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cardea/posture.h>

#include "facts/posture.h"
#include "unit/scratch.h"
#include "unit/test.h"

/* A folder that stands for a machine. */
static char root[32];

static void
make(const char *path, const char *bytes, size_t len)
{
	char full[512];
	FILE *file;

	snprintf(full, sizeof(full), "%s%s", root, path);
	for (char *at = full + strlen(root) + 1; *at != '\0'; at++) {
		if (*at != '/')
			continue;
		*at = '\0';
		(void)mkdir(full, 0755);
		*at = '/';
	}
	file = fopen(full, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static void
put(const char *path, const char *text)
{
	make(path, text, strlen(text));
}

static void
join(const char *target, const char *path)
{
	char full[512];

	put(path, "");
	snprintf(full, sizeof(full), "%s%s", root, path);
	assert_int_equal(unlink(full), 0);
	assert_int_equal(symlink(target, full), 0);
}

static int
begin(void **state)
{
	(void)state;
	strcpy(root, "posture.XXXXXX");
	scratch_make(root);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	scratch_remove(root);
	return 0;
}

static enum cardea_known
fact(enum cardea_posture_fact which)
{
	struct cardea_posture posture;

	cardea_posture_read(root, &posture);
	return posture.facts[which];
}

static void
an_empty_machine_tells_nothing(void **state)
{
	struct cardea_posture posture;

	(void)state;
	cardea_posture_read(root, &posture);
	for (int i = 0; i < CARDEA_POSTURE_FACT_COUNT; i++)
		assert_int_equal(posture.facts[i], CARDEA_UNKNOWN);
	assert_string_equal(posture.os, "");
	assert_int_equal(posture.kernel_built_s, 0);
}

static void
secure_boot_is_what_the_firmware_says(void **state)
{
	static const char path[] =
	    "/sys/firmware/efi/efivars/"
	    "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

	(void)state;
	put("/sys/firmware/acpi/x", "");
	assert_int_equal(fact(CARDEA_POSTURE_SECURE_BOOT), CARDEA_NO);
	put("/sys/firmware/efi/fw_platform_size", "64\n");
	assert_int_equal(fact(CARDEA_POSTURE_SECURE_BOOT), CARDEA_UNKNOWN);
	make(path, "\6\0\0\0\1", 5);
	assert_int_equal(fact(CARDEA_POSTURE_SECURE_BOOT), CARDEA_YES);
	make(path, "\6\0\0\0\0", 5);
	assert_int_equal(fact(CARDEA_POSTURE_SECURE_BOOT), CARDEA_NO);
	make(path, "\6\0\0\0\2", 5);
	assert_int_equal(fact(CARDEA_POSTURE_SECURE_BOOT), CARDEA_UNKNOWN);
	make(path, "\6\0\0\0", 4);
	assert_int_equal(fact(CARDEA_POSTURE_SECURE_BOOT), CARDEA_UNKNOWN);
}

static void
a_reboot_is_needed_when_it_is_said_or_the_modules_are_gone(void **state)
{
	(void)state;
	put("/proc/sys/kernel/osrelease", "6.1.0-22-amd64\n");
	put("/lib/modules/6.1.0-25-amd64/x", "");
	assert_int_equal(fact(CARDEA_POSTURE_REBOOT_NEEDED), CARDEA_YES);
	put("/lib/modules/6.1.0-22-amd64/x", "");
	assert_int_equal(fact(CARDEA_POSTURE_REBOOT_NEEDED), CARDEA_NO);
	put("/run/reboot-required", "*** System restart required ***\n");
	assert_int_equal(fact(CARDEA_POSTURE_REBOOT_NEEDED), CARDEA_YES);
}

static void
confinement_is_enforced_not_only_there(void **state)
{
	(void)state;
	put("/sys/module/x/y", "");
	assert_int_equal(fact(CARDEA_POSTURE_CONFINEMENT), CARDEA_NO);
	put("/sys/module/apparmor/parameters/enabled", "Y\n");
	assert_int_equal(fact(CARDEA_POSTURE_CONFINEMENT), CARDEA_UNKNOWN);
	put("/sys/kernel/security/apparmor/profiles", "man (complain)\n");
	assert_int_equal(fact(CARDEA_POSTURE_CONFINEMENT), CARDEA_NO);
	put("/sys/kernel/security/apparmor/profiles",
	    "man (complain)\nsshd (enforce)\n");
	assert_int_equal(fact(CARDEA_POSTURE_CONFINEMENT), CARDEA_YES);
	put("/sys/module/apparmor/parameters/enabled", "N\n");
	assert_int_equal(fact(CARDEA_POSTURE_CONFINEMENT), CARDEA_NO);
	put("/sys/fs/selinux/enforce", "0");
	assert_int_equal(fact(CARDEA_POSTURE_CONFINEMENT), CARDEA_NO);
	put("/sys/fs/selinux/enforce", "1");
	assert_int_equal(fact(CARDEA_POSTURE_CONFINEMENT), CARDEA_YES);
}

#define MOUNTS(number, source)                                                 \
	"20 1 0:1 / / rw shared:1 - rootfs rootfs rw\n"                        \
	"24 20 0:5 / /proc rw - proc proc rw\n"                                \
	"25 20 " number " / / rw,relatime shared:1 master:3 - ext4 " source    \
	" rw\n"                                                                \
	"26 20 8:1 / /boot rw - ext2 /dev/sda1 rw\n"

/* sda1 is a partition of sda; dm-0 lies on sda2 */
static void
make_disks(const char *mapping)
{
	put("/sys/devices/sda/dev", "8:0\n");
	put("/sys/devices/sda/sda1/dev", "8:1\n");
	put("/sys/devices/sda/sda1/partition", "1\n");
	put("/sys/devices/sda/sda2/dev", "8:2\n");
	put("/sys/devices/sda/sda2/partition", "2\n");
	put("/sys/devices/dm-0/dev", "253:0\n");
	put("/sys/devices/dm-0/dm/uuid", mapping);
	join("../../sda/sda2", "/sys/devices/dm-0/slaves/sda2");
	join("../../devices/sda/sda1", "/sys/dev/block/8:1");
	join("../../devices/dm-0", "/sys/dev/block/253:0");
	join("../../devices/dm-0", "/sys/class/block/dm-0");
	join("../dm-0", "/dev/mapper/root");
}

static void
a_disk_is_encrypted_if_every_way_down_is(void **state)
{
	(void)state;
	make_disks("CRYPT-LUKS2-0123-root\n");
	put("/proc/self/mountinfo", MOUNTS("8:1", "/dev/sda1"));
	assert_int_equal(fact(CARDEA_POSTURE_DISK_ENCRYPTED), CARDEA_NO);
	put("/proc/self/mountinfo", MOUNTS("253:0", "/dev/mapper/root"));
	assert_int_equal(fact(CARDEA_POSTURE_DISK_ENCRYPTED), CARDEA_YES);
	/* btrfs: the number is made up, the source tells */
	put("/proc/self/mountinfo", MOUNTS("0:27", "/dev/mapper/root"));
	assert_int_equal(fact(CARDEA_POSTURE_DISK_ENCRYPTED), CARDEA_YES);
	put("/proc/self/mountinfo", MOUNTS("0:27", "overlay"));
	assert_int_equal(fact(CARDEA_POSTURE_DISK_ENCRYPTED), CARDEA_UNKNOWN);

	/* LVM over two: one of them is not encrypted */
	put("/sys/devices/dm-1/dev", "253:1\n");
	put("/sys/devices/dm-1/dm/uuid", "LVM-abc\n");
	join("../../dm-0", "/sys/devices/dm-1/slaves/dm-0");
	join("../../devices/dm-1", "/sys/dev/block/253:1");
	put("/proc/self/mountinfo", MOUNTS("253:1", "/dev/mapper/vg-root"));
	assert_int_equal(fact(CARDEA_POSTURE_DISK_ENCRYPTED), CARDEA_YES);
	join("../../sda/sda1", "/sys/devices/dm-1/slaves/sda1");
	assert_int_equal(fact(CARDEA_POSTURE_DISK_ENCRYPTED), CARDEA_NO);
}

static void
devices_that_lie_on_themselves_end(void **state)
{
	(void)state;
	make_disks("LVM-abc\n");
	put("/sys/devices/dm-2/dm/uuid", "LVM-x\n");
	put("/sys/devices/dm-2/dev", "253:2\n");
	join("../../dm-2", "/sys/devices/dm-2/slaves/dm-2");
	join("../../devices/dm-2", "/sys/dev/block/253:2");
	put("/proc/self/mountinfo", MOUNTS("253:2", "/dev/mapper/x"));
	assert_int_equal(fact(CARDEA_POSTURE_DISK_ENCRYPTED), CARDEA_NO);
}

static void
an_old_iptables_is_a_firewall(void **state)
{
	(void)state;
	put("/proc/net/ip_tables_names", "nat\n");
	assert_int_equal(fact(CARDEA_POSTURE_FIREWALL), CARDEA_UNKNOWN);
	put("/proc/net/ip_tables_names", "nat\nfilter\n");
	assert_int_equal(fact(CARDEA_POSTURE_FIREWALL), CARDEA_YES);
}

static void
releases_and_dates_are_read_as_they_are_written(void **state)
{
	static const struct {
		const char *version;
		int64_t built_s;
	} kernels[] = {
		{ "#1 SMP PREEMPT_DYNAMIC Debian 6.1.90-1 (2024-05-03)\n",
		    1714694400 },
		{ "#45~22.04.1-Ubuntu SMP Mon Jul 15 16:40:02 UTC 2024\n",
		    1721001600 },
		{ "#1 SMP Fri May  3 12:34:56 UTC 2024\n", 1714694400 },
		{ "#1 SMP Fri May 33 12:34:56 UTC 2024\n", 0 },
		{ "#1 SMP Fri Foo  3 12:34:56 UTC 2024\n", 0 },
		{ "#1 (2024-02-30)\n", 0 },
		{ "", 0 },
	};
	struct cardea_posture posture;

	(void)state;
	put("/etc/os-release",
	    "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n"
	    "VERSION_ID=\"12\"\nID=debian\nID_LIKE=x\n");
	for (size_t i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++) {
		put("/proc/sys/kernel/version", kernels[i].version);
		cardea_posture_read(root, &posture);
		assert_int_equal(posture.kernel_built_s, kernels[i].built_s);
	}
	assert_string_equal(posture.os, "debian");
	assert_string_equal(posture.os_version, "12");
	put("/etc/os-release", "ID=\"$(reboot)\"\n");
	cardea_posture_read(root, &posture);
	assert_string_equal(posture.os, "");
}

/* --- words ---------------------------------------------------------------- */

static void
a_word_holds_fails_or_is_unknown(void **state)
{
	struct cardea_posture posture = { .os = "debian" };
	static const char *const no_words[] = { "", "encrypted", "not-os=a",
		"os=", "os=Debian", "os=a b",
		"kernel-older-than=", "kernel-older-than=90", "not-",
		"not-not-firewall", "disk-encrypted " };

	(void)state;
	for (size_t i = 0; i < sizeof(no_words) / sizeof(no_words[0]); i++) {
		assert_false(cardea_posture_is_word(no_words[i]));
		assert_int_equal(cardea_posture_holds(&posture, no_words[i], 1),
		    CARDEA_UNKNOWN);
	}
	for (int i = 0; i < CARDEA_POSTURE_FACT_COUNT; i++) {
		const char *word = cardea_posture_text(
		    (enum cardea_posture_fact)i);
		char negated[64];

		snprintf(negated, sizeof(negated), "not-%s", word);
		assert_true(cardea_posture_is_word(word));
		assert_true(cardea_posture_is_word(negated));
		posture.facts[i] = CARDEA_UNKNOWN;
		assert_int_equal(
		    cardea_posture_holds(&posture, word, 1), CARDEA_UNKNOWN);
		assert_int_equal(
		    cardea_posture_holds(&posture, negated, 1), CARDEA_UNKNOWN);
		posture.facts[i] = CARDEA_YES;
		assert_int_equal(
		    cardea_posture_holds(&posture, word, 1), CARDEA_YES);
		assert_int_equal(
		    cardea_posture_holds(&posture, negated, 1), CARDEA_NO);
		posture.facts[i] = (enum cardea_known)77;
		assert_int_equal(
		    cardea_posture_holds(&posture, negated, 1), CARDEA_UNKNOWN);
	}
	/* a release without a version may be this one */
	assert_int_equal(
	    cardea_posture_holds(&posture, "os=debian-12", 1), CARDEA_UNKNOWN);
	assert_int_equal(
	    cardea_posture_holds(&posture, "os=fedora", 1), CARDEA_NO);
	assert_int_equal(
	    cardea_posture_holds(&posture, "kernel-older-than=1d", 1),
	    CARDEA_UNKNOWN);
	posture.kernel_built_s = 86400;
	assert_int_equal(
	    cardea_posture_holds(&posture, "kernel-older-than=1d", 172800),
	    CARDEA_NO);
	assert_int_equal(
	    cardea_posture_holds(&posture, "kernel-older-than=1d", 172801),
	    CARDEA_YES);
	assert_int_equal(
	    cardea_posture_holds(&posture, "kernel-older-than=1d", 0),
	    CARDEA_UNKNOWN);
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(an_empty_machine_tells_nothing),
		IN_A_FOLDER(secure_boot_is_what_the_firmware_says),
		IN_A_FOLDER(
		    a_reboot_is_needed_when_it_is_said_or_the_modules_are_gone),
		IN_A_FOLDER(confinement_is_enforced_not_only_there),
		IN_A_FOLDER(a_disk_is_encrypted_if_every_way_down_is),
		IN_A_FOLDER(devices_that_lie_on_themselves_end),
		IN_A_FOLDER(an_old_iptables_is_a_firewall),
		IN_A_FOLDER(releases_and_dates_are_read_as_they_are_written),
		cmocka_unit_test(a_word_holds_fails_or_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
