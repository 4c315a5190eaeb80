# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# TPMs and tokens without hardware, for the suites: sourced after lib.sh.
#
#   tpm_up NAME        a TPM 2.0 of its own; the same one again after tpm_down
#   tpm_down NAME      it cannot be reached
#   tpm_at NAME        how it is reached
#   tpm_object NAME HANDLE [PASSWORD]   a persistent P-256 key
#   token_up LABEL PIN  a token of SoftHSM
#   softhsm            its module

softhsm=/usr/lib/softhsm/libsofthsm2.so
tpm_state() { echo "/var/lib/rig/tpm-$1"; }
tpm_at() { echo "swtpm:path=$(tpm_state "$1")/sock"; }

tpm_up() {
	local state
	state=$(tpm_state "$1")
	if [ ! -d "$state" ]; then
		install -d "$state"
		quietly swtpm_setup --tpm2 --tpmstate "$state"
	fi
	# the second socket's name is what libtss2 makes of the first one's
	quietly swtpm socket --tpm2 --tpmstate dir="$state" \
		--server type=unixio,path="$state/sock" \
		--ctrl type=unixio,path="$state/sock.ctrl" \
		--flags not-need-init,startup-clear \
		--daemon --pid file="$state/pid"
	until [ -S "$state/sock" ] && [ -S "$state/sock.ctrl" ]; do sleep 0.01; done
}

tpm_down() {
	local state
	state=$(tpm_state "$1")
	kill "$(cat "$state/pid")"
	rm -f "$state/sock" "$state/sock.ctrl" "$state/pid"
}

tpm_object() {
	local work
	work=$(mktemp -d)
	export TPM2TOOLS_TCTI
	TPM2TOOLS_TCTI=$(tpm_at "$1")
	quietly tpm2_createprimary -Q -C o -G ecc -c "$work/p"
	quietly tpm2_create -Q -C "$work/p" -G ecc:ecdsa -u "$work/pub" \
		-r "$work/priv" ${3:+-p "$3"}
	quietly tpm2_flushcontext -t
	quietly tpm2_load -Q -C "$work/p" -u "$work/pub" -r "$work/priv" \
		-c "$work/k"
	quietly tpm2_flushcontext -t
	quietly tpm2_evictcontrol -Q -C o -c "$work/k" "$2"
	quietly tpm2_flushcontext -t
	rm -r "$work"
}

token_up() {
	quietly softhsm2-util --init-token --free --label "$1" --so-pin 87654321 \
		--pin "$2"
}
