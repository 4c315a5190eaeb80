# SPDX-License-Identifier: BSD-2-Clause
# Real sshd, sudo, su, login and cron, each suite in a box of its own; needs
# root, so it is not part of `make check` but of ./dev check.
EXTRA_DIST += tests/e2e/tap.sh tests/e2e/lib.sh tests/e2e/login.exp \
	tests/e2e/askpass_key.sh tests/e2e/ssh_askpass.sh tests/e2e/ssh_kbdint.sh tests/e2e/ssh_password.sh \
	tests/e2e/ssh_pubkey.sh tests/e2e/sudo.sh tests/e2e/su.sh \
	tests/e2e/login.sh tests/e2e/cron.sh tests/e2e/stacks.sh \
	tests/e2e/clock.sh tests/e2e/race.sh tests/e2e/names.sh tests/e2e/oracle.sh \
	tests/e2e/faults.sh tests/e2e/trace.sh tests/e2e/conf.sh tests/e2e/quickstart.sh \
	tests/e2e/grants.sh tests/e2e/lists.sh \
	tests/e2e/remember.sh tests/e2e/sessions.sh tests/e2e/watch.sh \
	tests/e2e/watch_certs.sh tests/e2e/watch_outage.sh \
	tests/e2e/keys.sh tests/e2e/pin.exp tests/e2e/softkey.sh \
	tests/e2e/fido2_agent.sh tests/e2e/fido2_local.sh \
	tests/e2e/fido2_remote.sh tests/e2e/fido2_u2f.sh tests/e2e/touch.sh \
	tests/e2e/agent.sh tests/e2e/enroll_keys.sh tests/e2e/certs.sh \
	tests/e2e/device_agent.sh tests/e2e/device_host.sh tests/e2e/device_sshd.sh \
	tests/e2e/place.sh tests/e2e/signals.sh tests/e2e/explain_past.sh \
	tests/e2e/device_keys.sh tests/e2e/device_oracle.sh tests/e2e/device_remote.sh
EXTRA_DIST += tests/e2e/cluster_outage.sh tests/e2e/store_linear.sh \
	tests/e2e/fleet.sh \
	tests/e2e/fleet_crash.sh tests/e2e/fleet_partition.sh \
	tests/e2e/etcd_roles.sh tests/e2e/fleet_kill.sh tests/e2e/fleet_race.sh \
	tests/e2e/fleet_store.sh
EXTRA_DIST += tests/demo/demo.sh tests/demo/policy.conf tests/demo/try.txt \
	tests/demo/fleet.sh tests/demo/fleet.conf tests/demo/steps.sh
