/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "facts/posture.h"

/*
 * Is there a chain that sees what comes in?  Whether its rules are good ones
 * nobody can tell from here; a machine without any has none.  iptables of today
 * is nftables; the old one has tables of its own.
 */

#define ANSWER_SIZE 32768
#define HEADER sizeof(struct nlattr) /* a multiple of 4, as all is */
#define WAIT_MS 200

static size_t
aligned(size_t len)
{
	return (len + 3) & ~(size_t)3;
}

static int
open_netlink(void)
{
	const struct timeval wait = { .tv_usec = WAIT_MS * 1000 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);

	if (fd >= 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) != 0) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

static bool
ask_chains(int fd)
{
	struct {
		struct nlmsghdr head;
		struct nfgenmsg family;
	} question = {
		.head = {
			.nlmsg_len = sizeof(question),
			.nlmsg_type = NFNL_SUBSYS_NFTABLES << 8 |
			    NFT_MSG_GETCHAIN,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
		},
		.family = { .nfgen_family = NFPROTO_UNSPEC,
			.version = NFNETLINK_V0 },
	};

	return send(fd, &question, sizeof(question), 0) ==
	    (ssize_t)sizeof(question);
}

/* The attribute of this type among those in len bytes; NULL if it is not there
 * or does not fit. */
static const struct nlattr *
find_attribute(const unsigned char *bytes, size_t len, unsigned int type)
{
	struct nlattr attribute;

	while (len >= HEADER) {
		size_t step;

		memcpy(&attribute, bytes, sizeof(attribute));
		if (attribute.nla_len < HEADER || attribute.nla_len > len)
			return NULL;
		if ((attribute.nla_type & NLA_TYPE_MASK) == type)
			return (const struct nlattr *)(const void *)bytes;
		step = aligned(attribute.nla_len);
		if (step >= len)
			return NULL;
		bytes += step;
		len -= step;
	}
	return NULL;
}

static const unsigned char *
payload(const struct nlattr *attribute, size_t *ret_len)
{
	*ret_len = attribute->nla_len - HEADER;
	return (const unsigned char *)attribute + HEADER;
}

/* A chain that hangs where packets for this machine come in. */
static bool
is_input(const struct nlmsghdr *head)
{
	const size_t skip = sizeof(*head) + sizeof(struct nfgenmsg);
	const struct nlattr *hook, *number;
	const unsigned char *bytes;
	size_t len;

	if (head->nlmsg_len <= skip)
		return false;
	hook = find_attribute((const unsigned char *)head + skip,
	    head->nlmsg_len - skip, NFTA_CHAIN_HOOK);
	if (hook == NULL)
		return false;
	bytes = payload(hook, &len);
	number = find_attribute(bytes, len, NFTA_HOOK_HOOKNUM);
	if (number == NULL)
		return false;
	bytes = payload(number, &len);
	return len == 4 && bytes[0] == 0 && bytes[1] == 0 && bytes[2] == 0 &&
	    bytes[3] == NF_INET_LOCAL_IN;
}

/* One datagram of the answer: YES if it names such a chain, NO if the answer
 * ends with it, UNKNOWN if there is more.  *ret_failed: the kernel refused. */
static enum cardea_known
judge_answer(const unsigned char *bytes, size_t len, bool *ret_failed)
{
	while (len >= sizeof(struct nlmsghdr)) {
		const struct nlmsghdr *head = (const void *)bytes;
		size_t step;

		if (head->nlmsg_len < sizeof(*head) || head->nlmsg_len > len)
			break;
		if (head->nlmsg_type == NLMSG_DONE)
			return CARDEA_NO;
		if (head->nlmsg_type == NLMSG_ERROR)
			break;
		if (is_input(head))
			return CARDEA_YES;
		step = aligned(head->nlmsg_len);
		if (step >= len)
			return CARDEA_UNKNOWN;
		bytes += step;
		len -= step;
	}
	*ret_failed = true;
	return CARDEA_UNKNOWN;
}

static enum cardea_known
ask_nftables(void)
{
	_Alignas(struct nlmsghdr) unsigned char answer[ANSWER_SIZE];
	enum cardea_known found = CARDEA_UNKNOWN;
	bool failed = false;
	int fd = open_netlink();

	if (fd < 0)
		return CARDEA_UNKNOWN;
	failed = !ask_chains(fd);
	while (!failed && found == CARDEA_UNKNOWN) {
		ssize_t len = recv(fd, answer, sizeof(answer), MSG_TRUNC);

		if (len < 0 && errno == EINTR)
			continue;
		if (len <= 0 || (size_t)len > sizeof(answer))
			break;
		found = judge_answer(answer, (size_t)len, &failed);
	}
	(void)close(fd);
	return found;
}

enum cardea_known
cardea_posture_firewall(const char *root)
{
	char names[1024];

	if (cardea_posture_file(
		root, "/proc/net/ip_tables_names", names, sizeof(names)) &&
	    strstr(names, "filter") != NULL)
		return CARDEA_YES;
	return root[0] == '\0' ? ask_nftables() : CARDEA_UNKNOWN;
}
