/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes pseudo terminals look like the hidraw devices of security keys plugged
 * into USB, for programs that look for theirs through libudev: libfido2 and
 * hidapi.  Preloaded like testclock into every program of a box; or by
 * LD_PRELOAD.
 *
 * Which ones there are stands in /etc/rig/keys, a path a line, and in the
 * variable FAKEHID, parted by colons; both are read anew for each enumeration.
 * Neither, and no key is plugged in.
 *
 * Nothing happens when a program starts.  The functions below stand in for
 * libudev's of the same name, those that the two libraries use; a box has no
 * other devices.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/hidraw.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

#define KEYS_FILE "/etc/rig/keys"
#define KEYS_VARIABLE "FAKEHID="
#define TEXT_MAX 4096

/* Report descriptor: usage page FIDO (0xf1d0), usage CTAPHID (1), and reports
 * of 64 bytes in and out. */
static const unsigned char descriptor[] = { 0x06, 0xd0, 0xf1, 0x09, 0x01, 0xa1,
	0x01, 0x09, 0x20, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95, 0x40,
	0x81, 0x02, 0x09, 0x21, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95,
	0x40, 0x91, 0x02, 0xc0 };

static const struct attribute {
	const char *name, *value;
} attributes[] = {
	{ "uevent",
	    "DRIVER=hid-generic\nHID_ID=0003:00001209:0000F1D0\n"
	    "HID_NAME=Cardea software key\nHID_UNIQ=" },
	{ "manufacturer", "Cardea" },
	{ "product", "software key" },
	{ "idVendor", "1209" },
	{ "idProduct", "f1d0" },
};
#define VENDOR 0x1209
#define PRODUCT 0xf1d0

/* --- hidraw -------------------------------------------------------------- */

/* The slave of a pseudo terminal; no other use of these requests on one makes
 * sense. */
static bool
is_key(int fd)
{
	struct stat found;
	return fstat(fd, &found) == 0 && S_ISCHR(found.st_mode) &&
	    major(found.st_rdev) >= 136 && major(found.st_rdev) <= 143;
}

static void
describe(struct hidraw_report_descriptor *ret_descriptor)
{
	ret_descriptor->size = sizeof descriptor;
	memcpy(ret_descriptor->value, descriptor, sizeof descriptor);
}

EXPORT int
ioctl(int fd, unsigned long request, ...)
{
	va_list arguments;
	va_start(arguments, request);
	void *argument = va_arg(arguments, void *);
	va_end(arguments);

	if (request == HIDIOCGRDESCSIZE && is_key(fd)) {
		*(int *)argument = sizeof descriptor;
		return 0;
	}
	if (request == HIDIOCGRDESC && is_key(fd)) {
		describe(argument);
		return 0;
	}
	if (request == HIDIOCGRAWINFO && is_key(fd)) {
		struct hidraw_devinfo *info = argument;
		info->bustype = 3; /* USB */
		info->vendor = VENDOR;
		info->product = (short)PRODUCT;
		return 0;
	}
	return (int)syscall(SYS_ioctl, fd, request, argument);
}

/* --- which keys there are ------------------------------------------------ */

/* A key in a list, and as a device. */
struct udev_list_entry {
	struct udev_list_entry *next;
	char path[];
};

struct udev_device {
	char path[TEXT_MAX];
};

struct udev_enumerate {
	bool hidraw; /* that is what is looked for */
	struct udev_list_entry *first;
};

static void
add_keys(struct udev_list_entry ***end, char *text, const char *separator)
{
	char *rest = text, *path;
	while ((path = strsep(&rest, separator)) != NULL) {
		size_t size = strlen(path) + 1;
		struct udev_list_entry *key = size > 1
		    ? malloc(sizeof *key + size)
		    : NULL;
		if (key == NULL)
			continue;
		key->next = NULL;
		memcpy(key->path, path, size);
		**end = key;
		*end = &key->next;
	}
}

static void
add_from_file(struct udev_list_entry ***end)
{
	char text[TEXT_MAX];
	long fd = syscall(
	    SYS_openat, AT_FDCWD, KEYS_FILE, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	long len = syscall(SYS_read, fd, text, sizeof text - 1);
	syscall(SYS_close, fd);
	if (len <= 0)
		return;
	text[len] = '\0';
	add_keys(end, text, "\n");
}

/* From the variables themselves: sudo brings a getenv() of its own, which looks
 * into an environment that it has emptied. */
static void
add_from_variable(struct udev_list_entry ***end)
{
	char text[TEXT_MAX];
	size_t name_len = strlen(KEYS_VARIABLE);
	for (char **variable = environ; variable != NULL && *variable != NULL;
	     variable++) {
		if (strncmp(*variable, KEYS_VARIABLE, name_len) != 0 ||
		    strlen(*variable) - name_len >= sizeof text)
			continue;
		memcpy(text, *variable + name_len,
		    strlen(*variable) - name_len + 1);
		add_keys(end, text, ":");
		return;
	}
}

static void
free_keys(struct udev_list_entry *key)
{
	while (key != NULL) {
		struct udev_list_entry *next = key->next;
		free(key);
		key = next;
	}
}

/* --- libudev ------------------------------------------------------------- */

/* There is one of these, and it has no content. */
struct udev {
	char unused;
};
static struct udev the_udev;

EXPORT struct udev *
udev_new(void)
{
	return &the_udev;
}

EXPORT struct udev *
udev_unref(struct udev *udev)
{
	(void)udev;
	return NULL;
}

EXPORT struct udev_enumerate *
udev_enumerate_new(struct udev *udev)
{
	(void)udev;
	return calloc(1, sizeof(struct udev_enumerate));
}

EXPORT struct udev_enumerate *
udev_enumerate_unref(struct udev_enumerate *enumerate)
{
	if (enumerate != NULL)
		free_keys(enumerate->first);
	free(enumerate);
	return NULL;
}

/* libfido2 looks for NFC readers, too, of which there are none. */
EXPORT int
udev_enumerate_add_match_subsystem(
    struct udev_enumerate *enumerate, const char *subsystem)
{
	enumerate->hidraw = strcmp(subsystem, "hidraw") == 0;
	return 0;
}

EXPORT int
udev_enumerate_scan_devices(struct udev_enumerate *enumerate)
{
	free_keys(enumerate->first);
	enumerate->first = NULL;
	if (!enumerate->hidraw)
		return 0;
	struct udev_list_entry **end = &enumerate->first;
	add_from_file(&end);
	add_from_variable(&end);
	return 0;
}

EXPORT struct udev_list_entry *
udev_enumerate_get_list_entry(struct udev_enumerate *enumerate)
{
	if (enumerate->first == NULL)
		errno = ENODATA;
	return enumerate->first;
}

EXPORT struct udev_list_entry *
udev_list_entry_get_next(struct udev_list_entry *entry)
{
	return entry->next;
}

EXPORT const char *
udev_list_entry_get_name(struct udev_list_entry *entry)
{
	return entry->path;
}

/* A key's path serves as the one in /sys. */
EXPORT struct udev_device *
udev_device_new_from_syspath(struct udev *udev, const char *path)
{
	(void)udev;
	size_t size = strlen(path) + 1;
	struct udev_device *device = malloc(sizeof *device);
	if (device == NULL || size > sizeof device->path) {
		free(device);
		return NULL;
	}
	memcpy(device->path, path, size);
	return device;
}

/* hidapi asks so for the device that it has opened. */
EXPORT struct udev_device *
udev_device_new_from_devnum(struct udev *udev, char type, dev_t number)
{
	struct udev_enumerate all = { .hidraw = true };
	struct udev_device *found = NULL;
	struct stat status;
	(void)type;
	(void)udev_enumerate_scan_devices(&all);
	for (struct udev_list_entry *key = all.first; key != NULL;
	     key = key->next) {
		if (stat(key->path, &status) == 0 && S_ISCHR(status.st_mode) &&
		    status.st_rdev == number) {
			found = udev_device_new_from_syspath(udev, key->path);
			break;
		}
	}
	free_keys(all.first);
	return found;
}

EXPORT struct udev_device *
udev_device_unref(struct udev_device *device)
{
	free(device);
	return NULL;
}

EXPORT const char *
udev_device_get_devnode(struct udev_device *device)
{
	return device->path;
}

EXPORT const char *
udev_device_get_syspath(struct udev_device *device)
{
	return device->path;
}

/* Borrowed by the caller, as libudev's is: the device is its own parent. */
EXPORT struct udev_device *
udev_device_get_parent_with_subsystem_devtype(
    struct udev_device *device, const char *subsystem, const char *type)
{
	(void)subsystem;
	(void)type;
	return device;
}

EXPORT const char *
udev_device_get_sysattr_value(struct udev_device *device, const char *name)
{
	(void)device;
	for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++) {
		if (strcmp(attributes[i].name, name) == 0)
			return attributes[i].value;
	}
	return NULL;
}
